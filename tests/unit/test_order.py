"""An order's steps."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from events.orders import RejectionReason
from order_service.domain.errors import AmountMismatch, OrderIsRejected, TotalTooHigh
from order_service.domain.order import Order, OrderLine, OrderStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def an_order(total: int = 10, order_id: UUID | None = None) -> Order:
    line = OrderLine(sku="lamp", quantity=1, name="Lamp", unit_price_cents=total)
    return Order.place(order_id=order_id or uuid4(), user_id=1, lines=[line], now=NOW)


def told(order: Order) -> list[str]:
    return [recorded.event.type for recorded in order.take_events()]


def test_a_placed_order_waits_for_its_credit() -> None:
    order = an_order(total=10)

    assert (order.status, order.total_cents, told(order)) == (OrderStatus.PENDING, 10, ["order.placed.v1"])


def test_confirming_twice_is_told_once() -> None:
    order = an_order(total=10)

    order.confirm(10, NOW)
    order.confirm(10, NOW)

    assert told(order) == ["order.placed.v1", "order.confirmed.v1"]


def test_credit_for_another_amount_confirms_nothing() -> None:
    order = an_order(total=10)

    with pytest.raises(AmountMismatch):
        order.confirm(11, NOW)

    assert order.status is OrderStatus.PENDING


def test_a_cancelled_order_stays_cancelled_whatever_comes_late() -> None:
    order = an_order(total=10)
    order.cancel(NOW)

    order.confirm(10, NOW)
    order.reject(RejectionReason.INSUFFICIENT_CREDIT, NOW)
    order.cancel(NOW)

    assert order.status is OrderStatus.CANCELLED
    assert told(order) == ["order.placed.v1", "order.cancelled.v1"]


def test_a_confirmed_order_is_not_rejected_by_a_late_refusal() -> None:
    order = an_order(total=10)
    order.confirm(10, NOW)

    order.reject(RejectionReason.INSUFFICIENT_CREDIT, NOW)

    assert order.status is OrderStatus.CONFIRMED


def test_a_rejected_order_can_not_be_cancelled() -> None:
    order = an_order()
    order.reject(RejectionReason.UNKNOWN_USER, NOW)

    with pytest.raises(OrderIsRejected):
        order.cancel(NOW)


def test_an_order_that_costs_too_much_is_refused() -> None:
    with pytest.raises(TotalTooHigh):
        an_order(total=10**12 + 1)


def test_an_order_of_unknown_products_begins_rejected_without_asking_for_credit() -> None:
    lines = [OrderLine(sku="lamp", quantity=1, name="Lamp", unit_price_cents=5), OrderLine(sku="ghost", quantity=1)]

    order = Order.refuse(order_id=uuid4(), user_id=1, lines=lines, now=NOW)

    assert (order.status, order.total_cents) == (OrderStatus.REJECTED, 0)
    assert {(line.name, line.unit_price_cents) for line in order.lines} == {(None, None)}
    assert told(order) == ["order.rejected.v1"]
