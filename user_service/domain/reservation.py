"""A reservation: what one order asked of a user's credit, and what was decided.

It stands for unknown users too, and for an order that was cancelled before it arrived (a tombstone).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from events.aggregate import Aggregate
from events.users import CreditRefused, CreditReleased, CreditReserved, RefusalReason
from user_service.domain.user import User


class ReservationStatus(StrEnum):
    """What was decided."""

    RESERVED = "reserved"
    REFUSED = "refused"
    RELEASED = "released"


class About(TypedDict):
    """What every event of a reservation says."""

    order_id: UUID
    user_id: int
    amount_cents: int


@dataclass(eq=False, kw_only=True)
class Reservation(Aggregate):
    """The decision on one order. It is made once; a reservation may then be released, once."""

    order_id: UUID
    user_id: int
    amount_cents: int
    status: ReservationStatus
    updated_at: datetime

    @classmethod
    def decide(
        cls, *, order_id: UUID, user_id: int, amount_cents: int, user: User | None, now: datetime
    ) -> "Reservation":
        """Reserve the amount of the user's credit, or refuse, and tell which."""
        reason = refusal(user, amount_cents)
        status = ReservationStatus.REFUSED if reason else ReservationStatus.RESERVED
        made = cls(order_id=order_id, user_id=user_id, amount_cents=amount_cents, status=status, updated_at=now)
        if user is None or reason:
            made.record(CreditRefused(reason=reason or RefusalReason.UNKNOWN_USER, **made._about()))
        else:
            user.reserve(amount_cents)
            made.record(CreditReserved(**made._about()))
        return made

    @classmethod
    def tombstone(cls, *, order_id: UUID, user_id: int, amount_cents: int, now: datetime) -> "Reservation":
        """Stand in for an order that was cancelled before it arrived: it will reserve nothing."""
        return cls(
            order_id=order_id,
            user_id=user_id,
            amount_cents=amount_cents,
            status=ReservationStatus.RELEASED,
            updated_at=now,
        )

    def release(self, user: User, now: datetime) -> None:
        """Give back what is reserved; nothing happens where nothing is."""
        if self.status is not ReservationStatus.RESERVED:
            return
        user.release(self.amount_cents)
        self.status, self.updated_at = ReservationStatus.RELEASED, now
        self.record(CreditReleased(**self._about()))

    def tell_again(self, user: User | None) -> None:
        """Tell what was decided once more; a tombstone never told anything."""
        match self.status:
            case ReservationStatus.RESERVED:
                self.record(CreditReserved(**self._about()))
            case ReservationStatus.REFUSED:
                # Why it was, is not kept: what is true now, or else what it mostly is.
                reason = refusal(user, self.amount_cents) or RefusalReason.INSUFFICIENT_CREDIT
                self.record(CreditRefused(reason=reason, **self._about()))
            case ReservationStatus.RELEASED if self.sequence:
                self.record(CreditReleased(**self._about()))

    def _about(self) -> About:
        return {"order_id": self.order_id, "user_id": self.user_id, "amount_cents": self.amount_cents}


def refusal(user: User | None, amount_cents: int) -> RefusalReason | None:
    """Why this user gets no credit of this amount; None if there is no reason."""
    if user is None:
        return RefusalReason.UNKNOWN_USER
    if not user.is_active:
        return RefusalReason.USER_DEACTIVATED
    return None if user.can_reserve(amount_cents) else RefusalReason.INSUFFICIENT_CREDIT
