"""A user: who may order, and the credit that is left.

``available = limit - reserved`` always; a limit set under what is reserved leaves it negative.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from events.aggregate import Aggregate
from events.users import (
    UserCreditLimitChanged,
    UserDeactivated,
    UserErased,
    UserProfileChanged,
    UserRegistered,
    UserTokensRevoked,
)
from user_service.domain.errors import UserIsActive, UserIsDeactivated
from user_service.domain.roles import Role

#: The least that two times can differ by.
INSTANT = timedelta(microseconds=1)


class UserStatus(StrEnum):
    """Whether a user takes part."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"


@dataclass(eq=False, kw_only=True)
class User(Aggregate):
    """Somebody who signed up. The store gives the id."""

    id: int = field(default=None, init=False)  # type: ignore[assignment] # only until the store gives it
    name: str
    email: str
    password_hash: str
    credit_limit_cents: int
    created_at: datetime
    updated_at: datetime
    roles: list[str] = field(default_factory=lambda: ["customer"])
    status: UserStatus = UserStatus.ACTIVE
    email_confirmed: bool = False
    reserved_cents: int = 0
    #: When the limit was last decided, by REST or by another system.
    limit_set_at: datetime
    #: When a token was last issued, or all were ended: by this clock they follow each other, whoever's clock lags.
    token_clock: datetime | None = None
    #: Tokens issued before this time are dead.
    tokens_issued_before: datetime | None = None
    #: The email as it is compared.
    email_key: str = field(init=False)

    def __post_init__(self) -> None:
        self.email_key = self.email.lower()

    @property
    def available_credit_cents(self) -> int:
        """What new orders may cost."""
        return self.credit_limit_cents - self.reserved_cents

    @property
    def is_active(self) -> bool:
        """True until deactivated."""
        return self.status is UserStatus.ACTIVE

    @property
    def is_erased(self) -> bool:
        """True once all that was personal is gone."""
        return self.email == self._nobody

    @property
    def _nobody(self) -> str:
        return f"erased-{self.id}@erased.invalid"

    def tell_registered(self) -> None:
        """Tell of the new user, once the store has given the id."""
        self.record(
            UserRegistered(
                user_id=self.id,
                name=self.name,
                email=self.email,
                credit_limit_cents=self.credit_limit_cents,
            )
        )

    def change_profile(self, *, name: str, email: str, now: datetime) -> None:
        """Take a new name or email; another email has to be confirmed anew. What is as it was is not told."""
        self._require_active()
        if (name, email) == (self.name, self.email):
            return
        if email.lower() != self.email_key:
            self.email_confirmed = False
        self.name, self.email, self.email_key, self.updated_at = name, email, email.lower(), now
        self.record(UserProfileChanged(user_id=self.id, name=name, email=email))

    def deactivate(self, now: datetime) -> None:
        """Leave, for good; a second time has no effect."""
        if self.is_active:
            self.status, self.updated_at = UserStatus.DEACTIVATED, now
            self.record(self._left())

    def _left(self) -> UserDeactivated:
        """How it is told, at the time and ever again."""
        return UserDeactivated(user_id=self.id)

    def issue_at(self, now: datetime) -> datetime:
        """The time of issue of a new token: later than that of any before, and than the end of those."""
        self.token_clock = now if self.token_clock is None else max(now, self.token_clock + INSTANT)
        return self.token_clock

    def end_tokens(self, now: datetime) -> None:
        """End every token that was issued so far."""
        self.tokens_issued_before = self.issue_at(now)
        self.record(UserTokensRevoked(user_id=self.id, issued_before=self.tokens_issued_before))

    def change_password(self, password_hash: str, now: datetime) -> None:
        """Take a new password; whoever signed in with the old one has to sign in anew."""
        self._require_active()
        self.password_hash, self.updated_at = password_hash, now
        self.end_tokens(now)

    def set_roles(self, roles: Collection[Role], now: datetime) -> None:
        """Have these roles; a customer everybody is. Tokens that tell of other roles end."""
        self._require_active()
        wanted = sorted({Role.CUSTOMER, *roles}, key=list(Role).index)
        if wanted != self.roles:
            self.roles, self.updated_at = [str(role) for role in wanted], now
            self.end_tokens(now)

    def confirm_email(self, now: datetime) -> None:
        """Know that the address is the user's own."""
        if not self.email_confirmed:
            self.email_confirmed, self.updated_at = True, now

    def erase(self, now: datetime) -> None:
        """Drop what is personal, for good; a second time has no effect. UserIsActive unless the user has left."""
        if self.is_active:
            raise UserIsActive(f"User {self.id} is active: deactivate it first.")
        if not self.is_erased:
            self.email = self.email_key = self._nobody
            self.name, self.password_hash = "erased", ""
            self.email_confirmed, self.updated_at = False, now
            self.record(UserErased(user_id=self.id))

    def tell_again(self, skipped: int) -> None:
        """Tell all that others keep of the user, with numbers that are so far ahead of what was told so far."""
        self.sequence += skipped
        if self.is_erased:
            self.record(UserErased(user_id=self.id))
        else:
            self.record(UserProfileChanged(user_id=self.id, name=self.name, email=self.email))
            self.record(UserCreditLimitChanged(user_id=self.id, credit_limit_cents=self.credit_limit_cents))
        if not self.is_active:
            self.record(self._left())
        if self.tokens_issued_before is not None:
            self.record(UserTokensRevoked(user_id=self.id, issued_before=self.tokens_issued_before))

    def set_credit_limit(self, cents: int, now: datetime) -> None:
        """Set the limit, whatever is reserved. It is the newest word, also over one dated ahead of our clock."""
        self._decide_limit(cents, max(now, self.limit_set_at), now)

    def take_credit_limit(self, cents: int, decided_at: datetime, now: datetime) -> None:
        """Set the limit that another system decided, unless a newer is known; UserIsDeactivated however old it is."""
        self._require_active()
        if decided_at >= self.limit_set_at:
            self._decide_limit(cents, decided_at, now)

    def _decide_limit(self, cents: int, decided_at: datetime, now: datetime) -> None:
        self._require_active()
        self.credit_limit_cents, self.limit_set_at, self.updated_at = cents, decided_at, now
        self.record(UserCreditLimitChanged(user_id=self.id, credit_limit_cents=cents))

    def _require_active(self) -> None:
        if not self.is_active:
            raise UserIsDeactivated(f"User {self.id} is deactivated.")

    def can_reserve(self, cents: int) -> bool:
        """True if so much credit is left."""
        return cents <= self.available_credit_cents

    def reserve(self, cents: int) -> None:
        """Set credit aside; the reservation asked first."""
        self.reserved_cents += cents

    def release(self, cents: int) -> None:
        """Give reserved credit back."""
        self.reserved_cents -= cents
