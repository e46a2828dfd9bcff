"""The ledger: compares what both services wrote down, and finds what doesn't agree.

Plain comparisons of facts; when they were read, and what may still be under way, is for the caller to know.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from broker.topology import dead_queue
from chassis.store.audit import ParkedEvent
from events.catalogue import ORDERS, SERVICES, USERS
from order_service.domain.order import OrderStatus
from order_service.store.audit import OrderFact, ToldEvent
from user_service.domain.reservation import ReservationStatus
from user_service.store.audit import CreditFact, ReservationFact

#: How an order ends -> the statuses that its reservation may have for good.
AGREES: dict[OrderStatus, set[ReservationStatus | None]] = {
    OrderStatus.PENDING: set(),
    OrderStatus.CONFIRMED: {ReservationStatus.RESERVED},
    OrderStatus.REJECTED: {ReservationStatus.REFUSED, None},
    OrderStatus.CANCELLED: {ReservationStatus.RELEASED, ReservationStatus.REFUSED, None},
}
#: Order and reservation that don't agree yet -> the service that has still to hear of the other one's step.
#: What is in neither table is never true at any one moment, whatever is under way.
AWAITS: dict[tuple[OrderStatus, ReservationStatus | None], str] = {
    (OrderStatus.PENDING, None): USERS,
    (OrderStatus.PENDING, ReservationStatus.RESERVED): ORDERS,
    (OrderStatus.PENDING, ReservationStatus.REFUSED): ORDERS,
    (OrderStatus.CANCELLED, ReservationStatus.RESERVED): USERS,
}

#: An order and its reservation; one of them may be missing.
Pair = tuple[OrderFact | None, ReservationFact | None]


@dataclass(frozen=True)
class Finding:
    """Something that doesn't agree, by kind and id."""

    kind: str
    id: str
    says: str
    #: The order that a message under way may be about, and the service that this message would reach; None if no
    #: message can settle it.
    order_id: UUID | None = field(default=None, repr=False)
    awaits: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.says}"


def joined(orders: Iterable[OrderFact], reservations: Iterable[ReservationFact]) -> Iterator[Pair]:
    """Each order with its reservation. Both come sorted by order id, so that none has to be kept."""
    left, right = iter(orders), iter(reservations)
    order, reservation = next(left, None), next(right, None)
    while order is not None or reservation is not None:
        if reservation is None or (order is not None and order.order_id < reservation.order_id):
            yield order, None
            order = next(left, None)
        elif order is None or reservation.order_id < order.order_id:
            yield None, reservation
            reservation = next(right, None)
        else:
            yield order, reservation
            order, reservation = next(left, None), next(right, None)


def of_orders(pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Orders and reservations that don't agree."""
    for order, reservation in pairs:
        if order is not None:
            yield from _of_order(order, reservation)
        if reservation is not None:
            yield from _of_reservation(order, reservation)


def _of_order(order: OrderFact, reservation: ReservationFact | None) -> Iterator[Finding]:
    status = reservation.status if reservation else None
    if status not in AGREES[order.status]:
        says = f"is {order.status}, its reservation {status or 'not there'}"
        yield Finding("order", str(order.order_id), says, order.order_id, AWAITS.get((order.status, status)))


def _of_reservation(order: OrderFact | None, reservation: ReservationFact) -> Iterator[Finding]:
    def found(says: str) -> Finding:
        return Finding("reservation", str(reservation.order_id), says, reservation.order_id)

    # A tombstone reserves nothing, and stands for an order that has not been heard of.
    if order is None and not reservation.is_tombstone:
        yield found(f"is {reservation.status}, its order not there")
    if order is not None and order.total_cents != reservation.amount_cents:
        yield found(f"is over {reservation.amount_cents}, its order over {order.total_cents}")
    if order is not None and order.user_id != reservation.user_id:
        yield found(f"is of user {reservation.user_id}, its order of user {order.user_id}")
    if reservation.status is ReservationStatus.RESERVED and not reservation.has_user:
        yield found(f"is reserved for user {reservation.user_id}, who is not there")


def of_credit(facts: Iterable[CreditFact]) -> Iterator[Finding]:
    """Users whose reserved credit is not the sum of their reservations."""
    for fact in facts:
        if fact.reserved_cents != fact.sum_of_reserved_cents:
            says = f"has {fact.reserved_cents} reserved, the reservations say {fact.sum_of_reserved_cents}"
            yield Finding("user", str(fact.user_id), says)


def of_events(
    told: Iterable[ToldEvent], claimed: Collection[str], *, since: datetime | None = None
) -> Iterator[Finding]:
    """Events that user_service never claimed; those from before ``since`` it may have forgotten."""
    for event in told:
        if event.event_id not in claimed and (since is None or event.at >= since):
            says = f"({event.type} of order {event.order_id}) was never handled by {USERS}"
            yield Finding("event", event.event_id, says, event.order_id, USERS)


def of_outbox(service: str, parked: Iterable[ParkedEvent]) -> Iterator[Finding]:
    """Events that leave their outbox no more, unless an operator sends them."""
    for event in parked:
        says = f"({event.type} of {event.subject}) is parked in the outbox of {service}: {event.reason}"
        yield Finding("event", event.event_id, says)


def of_queues(depths: Mapping[str, int | None]) -> Iterator[Finding]:
    """Queues that are missing, and dead letters."""
    dead_queues = {dead_queue(service) for service in SERVICES}
    for queue, depth in depths.items():
        if depth is None:
            yield Finding("queue", queue, "is not there")
        elif depth and queue in dead_queues:
            yield Finding("queue", queue, f"keeps {depth} dead letters")


def of_looks(services: Iterable[str]) -> Iterator[Finding]:
    """Dead letters that can't be counted just now."""
    for service in services:
        says = "is being looked at: until that ends, its dead letters can't be counted"
        yield Finding("queue", dead_queue(service), says)
