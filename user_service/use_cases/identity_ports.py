"""What the use cases around signing in need from outside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from user_service.domain.authorization_code import AuthorizationCode
from user_service.domain.client import Client
from user_service.domain.mailed_link import DueMail, MailedLink, Purpose
from user_service.domain.sign_in import RefreshToken, SignIn


class SignIns(Protocol):
    """The sign-ins of users."""

    def find(self, key: UUID) -> SignIn | None:
        """The sign-in with this id, or None."""
        ...

    def add(self, aggregate: SignIn) -> None:
        """Store a new sign-in."""
        ...

    def end_all_of(self, user_id: int, now: datetime) -> None:
        """End every sign-in of a user that is still open."""
        ...

    def of_user(self, user_id: int) -> Sequence[SignIn]:
        """A user's sign-ins, as long as they are kept, oldest first."""
        ...

    def forget_all_of(self, user_id: int) -> None:
        """Remove every trace of where a user has signed in."""
        ...


class RefreshTokens(Protocol):
    """The refresh tokens, by their hash."""

    def find(self, key: str) -> RefreshToken | None:
        """The token with this hash, or None."""
        ...

    def user_of(self, token_hash: str) -> int | None:
        """Whose token it is; None where there is none such. Nothing is locked."""
        ...

    def add(self, aggregate: RefreshToken) -> None:
        """Store a new token."""
        ...


class Clients(Protocol):
    """The registered clients."""

    def find(self, key: str) -> Client | None:
        """The client with this id, or None."""
        ...

    def add(self, aggregate: Client) -> None:
        """Store a new client."""
        ...

    def listed(self) -> Sequence[Client]:
        """All of them, by id."""
        ...


class AuthorizationCodes(Protocol):
    """The authorization codes, by their hash."""

    def find(self, key: str) -> AuthorizationCode | None:
        """The code with this hash, or None."""
        ...

    def add(self, aggregate: AuthorizationCode) -> None:
        """Store a new code."""
        ...


class RevokedTokens(Protocol):
    """Access tokens that were ended before their time."""

    def add(self, token_id: str, expires_at: datetime) -> None:
        """Refuse this access token from now on; a second time has no effect."""
        ...


class MailedLinks(Protocol):
    """The links that were mailed."""

    def find(self, key: str) -> MailedLink | None:
        """The link whose token has this hash, or None."""
        ...

    def add(self, aggregate: MailedLink) -> None:
        """Store a new link."""
        ...

    def use_all(self, user_id: int, purpose: Purpose, now: datetime) -> None:
        """Use up every link that the user has for this."""
        ...


class Mails(Protocol):
    """The mails that are due."""

    def ask(self, purpose: Purpose, email: str, now: datetime) -> None:
        """Have a link mailed to this address, if it is somebody's when the mail is sent."""
        ...

    def take(self, now: datetime, pause: timedelta) -> DueMail | None:
        """The mail that is due for the longest time, which nobody else takes before the pause is over."""
        ...

    def remove(self, position: int) -> None:
        """The mail is sent, or is to go to nobody."""
        ...


class AdminActions(Protocol):
    """The book of what was done to others' accounts, to clients and to keys."""

    def note(self, at: datetime, actor: str, action: str, subject: str) -> None:
        """Write one down, in the transaction of what was done."""
        ...
