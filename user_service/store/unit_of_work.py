"""The unit of work of user_service: users, their reservations, and all that is about signing in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.store import unit_of_work
from chassis.store.repository import Repository
from chassis.store.rows import Rows
from user_service.domain.reservation import Reservation
from user_service.domain.user import User
from user_service.store.admin_actions import AdminActions
from user_service.store.identity import AuthorizationCodes, Clients, MailedLinks, RefreshTokens, SignIns
from user_service.store.mails import Mails
from user_service.store.revocations import RevokedTokens
from user_service.store.tables import RESERVATIONS, USERS


class Users(Repository[User, int]):
    """The users."""

    rows = Rows(User, USERS, "id")
    cached_as = "user"

    def with_email(self, email: str) -> User | None:
        """The user with this email, in whatever case, or None."""
        return self._one(self.rows.select.where(USERS.c.email_key == email.lower()))

    def listed(self, *, email: str | None, after: int | None, limit: int) -> Sequence[User]:
        """Users by id, above ``after``; with an email, in whatever case, only the one who has it."""
        query = self.rows.select.limit(limit)
        # Of one there is no order: it would mislead the database into looking at all of them by id.
        query = query.order_by(USERS.c.id) if email is None else query.where(USERS.c.email_key == email.lower())
        if after is not None:
            query = query.where(USERS.c.id > after)
        return self._all(query)


class Reservations(Repository[Reservation, UUID]):
    """The reservations, by order."""

    rows = Rows(Reservation, RESERVATIONS, "order_id")

    def of_user(self, user_id: int, *, before: UUID | None, limit: int) -> Sequence[Reservation]:
        """A user's reservations, by order id from the highest on, below ``before``."""
        columns = RESERVATIONS.c
        query = self.rows.select.where(columns.user_id == user_id).order_by(columns.order_id.desc()).limit(limit)
        if before is not None:
            query = query.where(columns.order_id < before)
        return self._all(query)


class UnitOfWork(unit_of_work.UnitOfWork):
    """One transaction of user_service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.users = Users(self._connection, writes=self._writes)
        self.reservations = Reservations(self._connection, writes=self._writes)
        self.sign_ins = SignIns(self._connection, writes=self._writes)
        self.refresh_tokens = RefreshTokens(self._connection, writes=self._writes)
        self.clients = Clients(self._connection, writes=self._writes)
        self.authorization_codes = AuthorizationCodes(self._connection, writes=self._writes)
        self.revoked_tokens = RevokedTokens(self._connection)
        self.mailed_links = MailedLinks(self._connection, writes=self._writes)
        self.mails = Mails(self._connection)
        self.admin_actions = AdminActions(self._connection)
