"""What an audit asks of the users' credit: the reservations, and for each user what they sum up to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.store.reading import among, every
from chassis.store.store import Store
from user_service.domain.reservation import ReservationStatus
from user_service.store.tables import RESERVATIONS, USERS

RESERVATION = select(
    RESERVATIONS.c.order_id,
    RESERVATIONS.c.user_id,
    RESERVATIONS.c.status,
    RESERVATIONS.c.amount_cents,
    (RESERVATIONS.c.sequence == 0).label("is_tombstone"),
    select(USERS.c.id).where(USERS.c.id == RESERVATIONS.c.user_id).exists().label("has_user"),
)
SUM_OF_RESERVED = (
    select(func.coalesce(func.sum(RESERVATIONS.c.amount_cents), 0))
    .where(RESERVATIONS.c.user_id == USERS.c.id, RESERVATIONS.c.status == ReservationStatus.RESERVED)
    .scalar_subquery()
)


@dataclass(frozen=True)
class ReservationFact:
    """A reservation, as far as an order or a user has to agree with it."""

    order_id: UUID
    user_id: int
    status: ReservationStatus
    amount_cents: int
    #: It never told anything: it stands in for an order that was cancelled before it arrived.
    is_tombstone: bool
    has_user: bool


@dataclass(frozen=True)
class CreditFact:
    """What a user has reserved, by the user and by the reservations."""

    user_id: int
    reserved_cents: int
    sum_of_reserved_cents: int


def reservations(store: Store[Any]) -> Iterator[ReservationFact]:
    """Every reservation, by order id."""
    return (ReservationFact(*tuple(row)) for row in every(store, RESERVATION, RESERVATIONS.c.order_id))


def reservations_of(store: Store[Any], order_ids: Iterable[UUID]) -> dict[UUID, ReservationFact]:
    """The reservations of these orders, as they are now."""
    return {
        row.order_id: ReservationFact(*tuple(row))
        for row in among(store, RESERVATION, RESERVATIONS.c.order_id, order_ids)
    }


def credit(store: Store[Any]) -> Iterator[CreditFact]:
    """Every user, by id. User and sum are of one moment, because one statement reads both."""
    query = select(USERS.c.id, USERS.c.reserved_cents, SUM_OF_RESERVED)
    for row in every(store, query, USERS.c.id):
        # PostgreSQL sums up to a decimal.
        yield CreditFact(*map(int, tuple(row)))
