"""What the use cases need from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from user_service.domain.authorization_code import AuthorizationCode
from user_service.domain.client import Client
from user_service.domain.mailed_link import DueMail, MailedLink, Purpose
from user_service.domain.reservation import Reservation
from user_service.domain.sign_in import RefreshToken, SignIn
from user_service.domain.user import User


class Users(Protocol):
    """The users."""

    def find(self, key: int) -> User | None:
        """The user with this id, or None."""
        ...

    def with_email(self, email: str) -> User | None:
        """The user with this email, in whatever case, or None."""
        ...

    def listed(self, *, email: str | None, after: int | None, limit: int) -> Sequence[User]:
        """Users by id, above ``after``; with an email, in whatever case, only the one who has it."""
        ...

    def add(self, aggregate: User) -> None:
        """Store a new user, and give it its id."""
        ...

    def load(self, keys: Iterable[int]) -> None:
        """Load these at once."""
        ...


class Reservations(Protocol):
    """The reservations, one for each order."""

    def find(self, key: UUID) -> Reservation | None:
        """The reservation of this order, or None."""
        ...

    def of_user(self, user_id: int, *, before: UUID | None, limit: int) -> Sequence[Reservation]:
        """A user's reservations, by order id from the highest on, below ``before``."""
        ...

    def add(self, aggregate: Reservation) -> None:
        """Store a new reservation."""
        ...

    def load(self, keys: Iterable[UUID]) -> None:
        """Load these at once."""
        ...


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


class UnitOfWork(Protocol):
    """One transaction of user_service."""

    now: datetime

    @property
    def users(self) -> Users:
        """The users."""
        ...

    @property
    def reservations(self) -> Reservations:
        """The reservations."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """The sign-ins."""
        ...

    @property
    def refresh_tokens(self) -> RefreshTokens:
        """The refresh tokens."""
        ...

    @property
    def clients(self) -> Clients:
        """The clients."""
        ...

    @property
    def revoked_tokens(self) -> RevokedTokens:
        """The access tokens that were ended."""
        ...

    @property
    def mailed_links(self) -> MailedLinks:
        """The links that were mailed."""
        ...

    @property
    def mails(self) -> Mails:
        """The mails that are due."""
        ...

    @property
    def admin_actions(self) -> AdminActions:
        """What was done to others' accounts, to clients and to keys."""
        ...

    @property
    def authorization_codes(self) -> AuthorizationCodes:
        """The authorization codes."""
        ...


class Passwords(Protocol):
    """Keeps passwords so that nobody can read them."""

    def hash(self, password: str) -> str:
        """What to store of a password."""
        ...

    def match(self, password_hash: str | None, password: str) -> bool:
        """True if this is the password; takes as long, and says no, where there is no hash."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """True if it would be hashed with more effort today."""
        ...
