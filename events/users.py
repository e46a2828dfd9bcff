"""What user_service tells: who may order, up to what amount, and what it decided on credit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from events.event import Event


class RefusalReason(StrEnum):
    """Why credit was refused."""

    INSUFFICIENT_CREDIT = "insufficient_credit"
    UNKNOWN_USER = "unknown_user"
    USER_DEACTIVATED = "user_deactivated"


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    """An event about a user."""

    subject_field = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserRegistered(UserEvent):
    """Somebody signed up."""

    type = "user.registered.v1"
    name: str
    email: str
    credit_limit_cents: int


@dataclass(frozen=True, kw_only=True)
class UserProfileChanged(UserEvent):
    """A user has a new name or email."""

    type = "user.profile_changed.v1"
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(UserEvent):
    """A user left for good."""

    type = "user.deactivated.v1"


@dataclass(frozen=True, kw_only=True)
class UserErased(UserEvent):
    """What is personal of a deactivated user has to go, everywhere."""

    type = "user.erased.v1"


@dataclass(frozen=True, kw_only=True)
class UserTokensRevoked(UserEvent):
    """Tokens of this user issued before ``issued_before`` are dead."""

    type = "user.tokens_revoked.v1"
    issued_before: datetime


@dataclass(frozen=True, kw_only=True)
class UserCreditLimitChanged(UserEvent):
    """A user has a new credit limit."""

    type = "user.credit_limit_changed.v1"
    credit_limit_cents: int


@dataclass(frozen=True, kw_only=True)
class CreditEvent(Event):
    """An event about the credit that one order asks for."""

    subject_field = "order_id"
    order_id: UUID
    user_id: int
    amount_cents: int


@dataclass(frozen=True, kw_only=True)
class CreditReserved(CreditEvent):
    """The order's total is set aside for it."""

    type = "user.credit_reserved.v1"


@dataclass(frozen=True, kw_only=True)
class CreditRefused(CreditEvent):
    """The order gets no credit."""

    type = "user.credit_refused.v1"
    reason: RefusalReason


@dataclass(frozen=True, kw_only=True)
class CreditReleased(CreditEvent):
    """What was set aside for the order is free again."""

    type = "user.credit_released.v1"
