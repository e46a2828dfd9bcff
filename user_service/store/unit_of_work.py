"""The unit of work of user_service: users, their reservations, and all that is about signing in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from chassis.store import unit_of_work
from chassis.store.repository import Repository
from user_service.domain.authorization_code import AuthorizationCode
from user_service.domain.client import Client
from user_service.domain.mailed_link import MailedLink, Purpose
from user_service.domain.reservation import Reservation
from user_service.domain.sign_in import RefreshToken, SignIn
from user_service.domain.user import User
from user_service.store.admin_actions import AdminActions
from user_service.store.mails import Mails
from user_service.store.revocations import RevokedTokens
from user_service.store.tables import (
    AUTHORIZATION_CODES,
    CLIENTS,
    MAILED_LINKS,
    REFRESH_TOKENS,
    RESERVATIONS,
    SIGN_INS,
    USERS,
)


class Users(Repository[User, int]):
    """The users."""

    aggregate = User
    key = "id"

    def with_email(self, email: str) -> User | None:
        """The user with this email, in whatever case, or None."""
        found = self._session.scalar(select(USERS.c.id).where(USERS.c.email_key == email.lower()))
        return None if found is None else self.find(found)

    def listed(self, *, email: str | None, after: int | None, limit: int) -> Sequence[User]:
        """Users by id, above ``after``; with an email, in whatever case, only the one who has it."""
        query = select(User).order_by(USERS.c.id).limit(limit)
        if email is not None:
            query = query.where(USERS.c.email_key == email.lower())
        if after is not None:
            query = query.where(USERS.c.id > after)
        return self._session.scalars(query).all()


class Reservations(Repository[Reservation, UUID]):
    """The reservations, by order."""

    aggregate = Reservation
    key = "order_id"

    def of_user(self, user_id: int, *, before: UUID | None, limit: int) -> Sequence[Reservation]:
        """A user's reservations, by order id from the highest on, below ``before``."""
        columns = RESERVATIONS.c
        query = select(Reservation).where(columns.user_id == user_id).order_by(columns.order_id.desc()).limit(limit)
        if before is not None:
            query = query.where(columns.order_id < before)
        return self._session.scalars(query).all()


class SignIns(Repository[SignIn, UUID]):
    """The sign-ins of users."""

    aggregate = SignIn
    key = "id"

    def end_all_of(self, user_id: int, now: datetime) -> None:
        """End every sign-in of a user that is still open."""
        mine = (SIGN_INS.c.user_id == user_id, SIGN_INS.c.ended_at.is_(None))
        values = {"ended_at": now, "version": SIGN_INS.c.version + 1}
        self._session.execute(update(SIGN_INS).where(*mine).values(values))

    def of_user(self, user_id: int) -> Sequence[SignIn]:
        """A user's sign-ins, as long as they are kept, oldest first."""
        query = select(SignIn).where(SIGN_INS.c.user_id == user_id).order_by(SIGN_INS.c.id)
        return self._session.scalars(query).all()

    def forget_all_of(self, user_id: int) -> None:
        """Remove every trace of where a user has signed in."""
        mine = select(SIGN_INS.c.id).where(SIGN_INS.c.user_id == user_id)
        self._session.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.sign_in_id.in_(mine)))
        for table in (SIGN_INS, AUTHORIZATION_CODES, MAILED_LINKS):
            self._session.execute(delete(table).where(table.c.user_id == user_id))


class RefreshTokens(Repository[RefreshToken, str]):
    """The refresh tokens, by their hash."""

    aggregate = RefreshToken
    key = "token_hash"

    def user_of(self, token_hash: str) -> int | None:
        """Whose token it is; None where there is none such. Nothing is locked."""
        of_token = SIGN_INS.c.id == REFRESH_TOKENS.c.sign_in_id
        query = select(SIGN_INS.c.user_id).join(REFRESH_TOKENS, of_token)
        return self._session.scalar(query.where(REFRESH_TOKENS.c.token_hash == token_hash))


class Clients(Repository[Client, str]):
    """The registered clients."""

    aggregate = Client
    key = "id"

    def listed(self) -> Sequence[Client]:
        """All of them, by id."""
        return self._session.scalars(select(Client).order_by(CLIENTS.c.id)).all()


class AuthorizationCodes(Repository[AuthorizationCode, str]):
    """The authorization codes, by their hash."""

    aggregate = AuthorizationCode
    key = "code_hash"


class MailedLinks(Repository[MailedLink, str]):
    """The links that were mailed, by the hash of their token."""

    aggregate = MailedLink
    key = "token_hash"

    def use_all(self, user_id: int, purpose: Purpose, now: datetime) -> None:
        """Use up every link that the user has for this."""
        columns = MAILED_LINKS.c
        mine = (columns.user_id == user_id, columns.purpose == purpose, columns.used_at.is_(None))
        values = {"used_at": now, "version": columns.version + 1}
        self._session.execute(update(MAILED_LINKS).where(*mine).values(values))


class UnitOfWork(unit_of_work.UnitOfWork):
    """One transaction of user_service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.users = Users(self._session, writes=self._writes)
        self.reservations = Reservations(self._session, writes=self._writes)
        self.sign_ins = SignIns(self._session, writes=self._writes)
        self.refresh_tokens = RefreshTokens(self._session, writes=self._writes)
        self.clients = Clients(self._session, writes=self._writes)
        self.authorization_codes = AuthorizationCodes(self._session, writes=self._writes)
        self.revoked_tokens = RevokedTokens(self._session)
        self.mailed_links = MailedLinks(self._session, writes=self._writes)
        self.mails = Mails(self._session)
        self.admin_actions = AdminActions(self._session)
