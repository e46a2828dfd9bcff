"""Sign-ins, the clients they go through, and the links that were mailed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from chassis.store.repository import Repository
from chassis.store.rows import Rows
from user_service.domain.authorization_code import AuthorizationCode
from user_service.domain.client import Client
from user_service.domain.mailed_link import MailedLink, Purpose
from user_service.domain.sign_in import RefreshToken, SignIn
from user_service.store.tables import AUTHORIZATION_CODES, CLIENTS, MAILED_LINKS, REFRESH_TOKENS, SIGN_INS


class SignIns(Repository[SignIn, UUID]):
    """The sign-ins of users."""

    rows = Rows(SignIn, SIGN_INS, "id")

    def end_all_of(self, user_id: int, now: datetime) -> None:
        """End every sign-in of a user that is still open."""
        mine = (SIGN_INS.c.user_id == user_id, SIGN_INS.c.ended_at.is_(None))
        values = {"ended_at": now, "version": SIGN_INS.c.version + 1}
        self._connection.execute(update(SIGN_INS).where(*mine).values(values))

    def of_user(self, user_id: int) -> Sequence[SignIn]:
        """A user's sign-ins, as long as they are kept, oldest first."""
        query = self.rows.select.where(SIGN_INS.c.user_id == user_id).order_by(SIGN_INS.c.id)
        return self._all(query)

    def forget_all_of(self, user_id: int) -> None:
        """Remove every trace of where a user has signed in."""
        mine = select(SIGN_INS.c.id).where(SIGN_INS.c.user_id == user_id)
        self._connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.sign_in_id.in_(mine)))
        for table in (SIGN_INS, AUTHORIZATION_CODES, MAILED_LINKS):
            self._connection.execute(delete(table).where(table.c.user_id == user_id))


class RefreshTokens(Repository[RefreshToken, str]):
    """The refresh tokens, by their hash."""

    rows = Rows(RefreshToken, REFRESH_TOKENS, "token_hash")

    def user_of(self, token_hash: str) -> int | None:
        """Whose token it is; None where there is none such. Nothing is locked."""
        of_token = SIGN_INS.c.id == REFRESH_TOKENS.c.sign_in_id
        query = select(SIGN_INS.c.user_id).join(REFRESH_TOKENS, of_token)
        user_id: int | None = self._connection.scalar(query.where(REFRESH_TOKENS.c.token_hash == token_hash))
        return user_id


class Clients(Repository[Client, str]):
    """The registered clients."""

    rows = Rows(Client, CLIENTS, "id")

    def listed(self) -> Sequence[Client]:
        """All of them, by id."""
        return self._all(self.rows.select.order_by(CLIENTS.c.id))


class AuthorizationCodes(Repository[AuthorizationCode, str]):
    """The authorization codes, by their hash."""

    rows = Rows(AuthorizationCode, AUTHORIZATION_CODES, "code_hash")


class MailedLinks(Repository[MailedLink, str]):
    """The links that were mailed, by the hash of their token."""

    rows = Rows(MailedLink, MAILED_LINKS, "token_hash")

    def use_all(self, user_id: int, purpose: Purpose, now: datetime) -> None:
        """Use up every link that the user has for this."""
        columns = MAILED_LINKS.c
        mine = (columns.user_id == user_id, columns.purpose == purpose, columns.used_at.is_(None))
        values = {"used_at": now, "version": columns.version + 1}
        self._connection.execute(update(MAILED_LINKS).where(*mine).values(values))
