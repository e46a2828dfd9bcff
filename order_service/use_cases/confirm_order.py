"""The credit for an order is reserved."""

from events.envelope import Envelope
from events.users import CreditReserved
from order_service.domain.errors import OrderNotFound
from order_service.use_cases.ports import UnitOfWork


def confirm_order(envelope: Envelope[CreditReserved], unit_of_work: UnitOfWork) -> None:
    """Confirm the order; without effect if it was cancelled meanwhile."""
    event = envelope.event
    order = unit_of_work.orders.find(event.order_id)
    if order is None:
        raise OrderNotFound(f"There is no order {event.order_id}.")
    order.confirm(event.amount_cents, unit_of_work.now)
