"""An order gets no credit."""

from events.envelope import Envelope
from events.orders import RejectionReason
from events.users import CreditRefused
from order_service.domain.errors import OrderNotFound
from order_service.use_cases.ports import UnitOfWork


def reject_order(envelope: Envelope[CreditRefused], unit_of_work: UnitOfWork) -> None:
    """Reject the order with user_service's reason; without effect if it was cancelled meanwhile."""
    event = envelope.event
    order = unit_of_work.orders.find(event.order_id)
    if order is None:
        raise OrderNotFound(f"There is no order {event.order_id}.")
    order.reject(RejectionReason(event.reason.value), unit_of_work.now)
