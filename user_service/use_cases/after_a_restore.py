"""After a restore from a backup the services have forgotten different things: what makes them agree again."""

from uuid import UUID

from user_service.domain.errors import ReservationNotFound
from user_service.domain.reservation import Reservation
from user_service.use_cases.ports import UnitOfWork

#: More events than are told of one user between a backup and its loss; and more users than sign up.
SKIPPED = 10_000


def tell_user_again(user_id: int, unit_of_work: UnitOfWork) -> None:
    """Tell all that is known of the user, as newer than whatever was told and forgotten."""
    user = unit_of_work.users.find(user_id)
    if user is not None:
        user.tell_again(SKIPPED)


def tell_decision_again(order_id: UUID, unit_of_work: UnitOfWork) -> None:
    """Tell what was decided on an order; ReservationNotFound if nothing was."""
    reservation = _reservation(order_id, unit_of_work)
    reservation.tell_again(unit_of_work.users.find(reservation.user_id))


def forget_order(order_id: UUID, unit_of_work: UnitOfWork) -> None:
    """Give back what is reserved for an order that order_service has lost, and keep nothing of it."""
    reservation = _reservation(order_id, unit_of_work)
    user = unit_of_work.users.find(reservation.user_id)
    if user is not None:
        reservation.release(user, unit_of_work.now)
    unit_of_work.reservations.remove(reservation)


def _reservation(order_id: UUID, unit_of_work: UnitOfWork) -> Reservation:
    found = unit_of_work.reservations.find(order_id)
    if found is None:
        raise ReservationNotFound(f"Nothing was decided on order {order_id}.")
    return found
