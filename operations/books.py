"""The books of a running system: both stores and the queues, read while everybody goes on writing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from broker.dead_letters import is_being_looked_at
from broker.depths import depths
from broker.settings import BrokerSettings
from broker.topology import dead_queue, queues
from chassis.store.audit import claimed, parked, waiting_subjects
from chassis.store.reading import chunks
from chassis.store.store import Store
from events.catalogue import ORDERS, SERVICES, USERS, types_for
from operations import ledger
from operations.ledger import Finding, Pair
from order_service.store import audit as order_store
from user_service.store import audit as user_store

T = TypeVar("T")

SOURCE = f"/{ORDERS}"
CHANGING = "changes just now"


class Books:
    """What can be read, and how much was. Of orders it keeps nothing but what doesn't agree."""

    def __init__(
        self, users: Store[Any], orders: Store[Any], broker: BrokerSettings, *, events_since: datetime | None = None
    ) -> None:
        self.read: Counter[str] = Counter({"orders": 0, "reservations": 0, "users": 0, "events": 0})
        self._users, self._orders, self._broker = users, orders, broker
        self._events_since = events_since

    def doubts(self) -> Iterator[Finding]:
        """Read all orders, reservations and events once; what was read at two moments may seem not to agree."""
        yield from ledger.of_orders(
            ledger.joined(
                self._counted("orders", order_store.orders(self._orders)),
                self._counted("reservations", user_store.reservations(self._users)),
            )
        )
        for told in chunks(self._counted("events", order_store.told_events(self._orders))):
            yield from self._unclaimed(told)

    def again(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """What still doesn't agree of what these findings are about, each read anew and as it was at one moment."""
        for some in chunks(findings):
            order_ids = {each.order_id for each in some if each.order_id is not None and each.kind != "event"}
            yield from self._of_orders(order_ids)
            yield from self._still_unclaimed(each for each in some if each.kind == "event")

    def _of_orders(self, order_ids: set[UUID]) -> Iterator[Finding]:
        before = order_store.orders_of(self._orders, order_ids)
        reservations = user_store.reservations_of(self._users, order_ids)
        after = order_store.orders_of(self._orders, order_ids)
        yield from steady(order_ids, before, reservations, after)

    def _still_unclaimed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        by_id = {each.id: each for each in findings}
        for event_id in by_id.keys() - claimed(self._users, SOURCE, by_id):
            yield by_id[event_id]

    def _unclaimed(self, told: list[order_store.ToldEvent]) -> Iterator[Finding]:
        known = claimed(self._users, SOURCE, (event.event_id for event in told))
        return ledger.of_events(told, known, since=self._events_since)

    def moves(self, findings: Iterable[Finding]) -> Callable[[Finding], bool]:
        """See what is under way, and answer for each of these findings whether that may settle it.

        The outboxes first, then the queues: in the direction in which the messages go, so that none slips past.
        """
        doubted = {str(each.order_id) for each in findings}
        leaving = {
            listener: doubted.intersection(waiting_subjects(sender, types_for(listener)))
            for sender, listener in ((self._orders, USERS), (self._users, ORDERS))
        }
        depth_of = depths(self._broker, self._queues())
        waiting = {service: any(depth_of[name] for name in self._roads(service)) for service in SERVICES}
        return partial(_moves, leaving, waiting)

    def _roads(self, service: str) -> list[str]:
        """The queues that lead to this service; out of the dead letters nothing comes by itself."""
        names = [queue.name for queue in queues(service, self._broker.retry_delays_seconds)]
        return [name for name in names if name != dead_queue(service)]

    def _queues(self) -> list[str]:
        return [name for service in SERVICES for name in (*self._roads(service), dead_queue(service))]

    def certain(self) -> Iterator[Finding]:
        """What no message can settle: it was true at one moment, in one store or at the broker."""
        yield from ledger.of_credit(self._counted("users", user_store.credit(self._users)))
        for service, store in ((USERS, self._users), (ORDERS, self._orders)):
            yield from ledger.of_outbox(service, parked(store))
        yield from ledger.of_queues(depths(self._broker, self._queues()))
        yield from ledger.of_looks(service for service in SERVICES if is_being_looked_at(self._broker, service))

    def _counted(self, what: str, facts: Iterable[T]) -> Iterator[T]:
        for fact in facts:
            self.read[what] += 1
            yield fact


def steady(
    order_ids: Iterable[UUID],
    before: Mapping[UUID, order_store.OrderFact],
    reservations: Mapping[UUID, user_store.ReservationFact],
    after: Mapping[UUID, order_store.OrderFact],
) -> Iterator[Finding]:
    """Judge the orders that stood still while their reservations were read: that is a true picture of one moment."""
    pairs: list[Pair] = []
    for order_id in order_ids:
        if before.get(order_id) == after.get(order_id):
            pairs.append((after.get(order_id), reservations.get(order_id)))
        else:
            yield Finding("order", str(order_id), CHANGING, order_id, USERS)
    yield from ledger.of_orders(pairs)


def _moves(leaving: Mapping[str, set[str]], waiting: Mapping[str, bool], finding: Finding) -> bool:
    service = finding.awaits or ""
    return waiting.get(service, False) or str(finding.order_id) in leaving.get(service, ())
