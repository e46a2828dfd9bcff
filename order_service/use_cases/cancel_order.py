"""Somebody takes an order back."""

from order_service.domain.order import Order
from order_service.use_cases.ports import UnitOfWork


def cancel_order(order: Order, unit_of_work: UnitOfWork) -> Order:
    """Cancel the order; a second time has no effect. OrderIsRejected if it is rejected."""
    order.cancel(unit_of_work.now)
    return order
