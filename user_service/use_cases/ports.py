"""What the use cases need from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from user_service.domain.reservation import Reservation
from user_service.domain.user import User
from user_service.use_cases.identity_ports import (
    AdminActions,
    AuthorizationCodes,
    Clients,
    MailedLinks,
    Mails,
    RefreshTokens,
    RevokedTokens,
    SignIns,
)


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

    def remove(self, aggregate: Reservation) -> None:
        """Keep it no longer."""
        ...

    def load(self, keys: Iterable[UUID]) -> None:
        """Load these at once."""
        ...


class UnitOfWork(Protocol):
    """One transaction of user_service."""

    now: datetime

    def redact_answers(self, user_id: int, values: dict[str, Any]) -> None:
        """Put these values into every kept answer that tells of the user, in the place of what it says."""
        ...

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
