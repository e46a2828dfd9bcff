"""An order is cancelled."""

from events.envelope import Envelope
from events.orders import OrderCancelled
from user_service.domain.reservation import Reservation
from user_service.use_cases.ports import UnitOfWork


def release_credit(envelope: Envelope[OrderCancelled], unit_of_work: UnitOfWork) -> None:
    """Give back what is reserved for the order; if the order is still to arrive, see to it that it gets nothing."""
    event = envelope.event
    reservation = unit_of_work.reservations.find(event.order_id)
    if reservation is None:
        unit_of_work.reservations.add(
            Reservation.tombstone(
                order_id=event.order_id,
                user_id=event.user_id,
                amount_cents=event.total_cents,
                now=unit_of_work.now,
            )
        )
    elif (user := unit_of_work.users.find(reservation.user_id)) is not None:
        reservation.release(user, unit_of_work.now)
