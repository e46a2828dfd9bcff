"""What agrees and what doesn't, by the facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from chassis.store.audit import ParkedEvent
from operations import ledger
from operations.books import CHANGING, steady
from order_service.domain.order import OrderStatus
from order_service.store.audit import OrderFact, ToldEvent
from user_service.domain.reservation import ReservationStatus
from user_service.store.audit import CreditFact, ReservationFact

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOR_GOOD = {
    ("confirmed", "reserved"),
    ("rejected", "refused"),
    ("rejected", None),
    ("cancelled", "released"),
    ("cancelled", "refused"),
    ("cancelled", None),
}
UNTIL_HEARD_BY = {
    ("pending", None): "user_service",
    ("pending", "reserved"): "order_service",
    ("pending", "refused"): "order_service",
    ("cancelled", "reserved"): "user_service",
}


def an_order(number: int = 1, status: str = "confirmed") -> OrderFact:
    return OrderFact(order_id=UUID(int=number), user_id=7, status=OrderStatus(status), total_cents=10)


def a_reservation(number: int = 1, status: str = "reserved") -> ReservationFact:
    return ReservationFact(
        order_id=UUID(int=number),
        user_id=7,
        status=ReservationStatus(status),
        amount_cents=10,
        is_tombstone=False,
        has_user=True,
    )


def found(order: OrderFact | None, reservation: ReservationFact | None) -> list[str]:
    return [f"{each.kind} {each.says}" for each in ledger.of_orders([(order, reservation)])]


@pytest.mark.parametrize(("order", "reservation"), list(product(OrderStatus, [*ReservationStatus, None])), ids=str)
def test_order_and_reservation_agree_or_wait_for_a_message_or_can_not_be(
    order: OrderStatus, reservation: ReservationStatus | None
) -> None:
    other = a_reservation(status=reservation) if reservation else None

    findings = list(ledger.of_orders([(an_order(status=order), other)]))

    awaited = [each.awaits for each in findings]
    pair = (order.value, reservation.value if reservation else None)
    assert awaited == ([] if pair in FOR_GOOD else [UNTIL_HEARD_BY.get(pair)])


def test_a_reservation_differs_from_its_order_in_amount_or_user() -> None:
    assert found(an_order(), replace(a_reservation(), amount_cents=11)) == [
        "reservation is over 11, its order over 10"
    ]
    assert found(an_order(), replace(a_reservation(), user_id=8)) == ["reservation is of user 8, its order of user 7"]


def test_a_reservation_without_its_order_or_its_user_is_told() -> None:
    stray = replace(a_reservation(), has_user=False)

    assert found(None, stray) == [
        "reservation is reserved, its order not there",
        "reservation is reserved for user 7, who is not there",
    ]


def test_a_refusal_may_stand_for_a_user_that_nobody_has() -> None:
    assert found(an_order(status="rejected"), replace(a_reservation(status="refused"), has_user=False)) == []


def test_a_tombstone_needs_no_order() -> None:
    assert found(None, replace(a_reservation(status="released"), is_tombstone=True)) == []


def test_each_order_meets_its_reservation_whatever_is_missing_on_either_side() -> None:
    orders = [an_order(1), an_order(3), an_order(4)]
    reservations = [a_reservation(2), a_reservation(3), a_reservation(5), a_reservation(6)]

    pairs = [(order and order.order_id.int, other and other.order_id.int) for order, other in
             ledger.joined(orders, reservations)]  # fmt: skip

    assert pairs == [(1, None), (None, 2), (3, 3), (4, None), (None, 5), (None, 6)]


def test_an_order_is_judged_only_if_it_stood_still_while_its_reservation_was_read() -> None:
    # Read as confirmed, then cancelled and released, which is what is read of the reservation.
    confirmed, cancelled = an_order(status="confirmed"), an_order(status="cancelled")
    order_id, reservations = confirmed.order_id, {confirmed.order_id: a_reservation(status="released")}

    moved = list(steady([order_id], {order_id: confirmed}, reservations, {order_id: cancelled}))
    stood = list(steady([order_id], {order_id: confirmed}, reservations, {order_id: confirmed}))

    assert [each.says for each in moved] == [CHANGING]
    assert [(each.says, each.awaits) for each in stood] == [("is confirmed, its reservation released", None)]


def test_a_user_s_reserved_credit_is_the_sum_of_the_reservations() -> None:
    facts = [CreditFact(1, 30, 30), CreditFact(2, 30, 20)]

    assert [each.id for each in ledger.of_credit(facts)] == ["2"]


def test_an_event_is_missed_unless_it_is_so_old_that_its_claim_may_be_forgotten() -> None:
    old, claimed, lost = (
        ToldEvent(UUID(int=1), event_id, "order.placed.v1", at)
        for event_id, at in (("old", NOW - timedelta(days=9)), ("claimed", NOW), ("lost", NOW))
    )

    missed = ledger.of_events([old, claimed, lost], {"claimed"}, since=NOW - timedelta(days=8))

    assert [(each.id, each.awaits) for each in missed] == [("lost", "user_service")]


def test_parked_events_dead_letters_and_missing_queues_are_told() -> None:
    parked = ParkedEvent("event-1", "order.placed.v1", "order-1", "unroutable")
    depths = {"user_service": 3, "user_service.dead": 2, "order_service": None, "order_service.dead": 0}

    findings = [*ledger.of_outbox("order_service", [parked]), *ledger.of_queues(depths)]

    assert [(each.kind, each.id, each.awaits) for each in findings] == [
        ("event", "event-1", None),
        ("queue", "user_service.dead", None),
        ("queue", "order_service", None),
    ]
