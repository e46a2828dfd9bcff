"""An order asks for credit."""

from events.envelope import Envelope
from events.orders import OrderPlaced
from user_service.domain.reservation import Reservation
from user_service.use_cases.ports import UnitOfWork


def reserve_credit(envelope: Envelope[OrderPlaced], unit_of_work: UnitOfWork) -> None:
    """Answer ``order.placed`` with ``user.credit_reserved`` or ``user.credit_refused``, once.

    An order that was cancelled before it arrived reserves nothing and gets no answer.
    """
    event = envelope.event
    if unit_of_work.reservations.find(event.order_id) is not None:
        return
    unit_of_work.reservations.add(
        Reservation.decide(
            order_id=event.order_id,
            user_id=event.user_id,
            amount_cents=event.total_cents,
            user=unit_of_work.users.find(event.user_id),
            now=unit_of_work.now,
        )
    )
