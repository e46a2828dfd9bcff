"""user_service tells of a user: our copy follows."""

from events.envelope import Envelope
from events.users import UserDeactivated, UserErased, UserProfileChanged, UserRegistered, UserTokensRevoked
from order_service.domain.customer import Customer
from order_service.use_cases.ports import UnitOfWork


def follow_profile(envelope: Envelope[UserRegistered | UserProfileChanged], unit_of_work: UnitOfWork) -> None:
    """Take name and email."""
    event = envelope.event
    _customer(event.user_id, unit_of_work).take_profile(event.name, event.email, envelope.sequence or 0)


def follow_deactivation(envelope: Envelope[UserDeactivated], unit_of_work: UnitOfWork) -> None:
    """Know that the user has left."""
    _customer(envelope.event.user_id, unit_of_work).deactivate()


def follow_erasure(envelope: Envelope[UserErased], unit_of_work: UnitOfWork) -> None:
    """Drop what is personal."""
    _customer(envelope.event.user_id, unit_of_work).erase()
    unit_of_work.redact_answers(envelope.event.user_id, {"customer_name": None})


def follow_revocation(envelope: Envelope[UserTokensRevoked], unit_of_work: UnitOfWork) -> None:
    """Know that the user's older tokens are dead."""
    _customer(envelope.event.user_id, unit_of_work).revoke_tokens(envelope.event.issued_before)


def _customer(user_id: int, unit_of_work: UnitOfWork) -> Customer:
    # Any of these events may be the first that arrives.
    customer = unit_of_work.customers.find(user_id)
    if customer is None:
        customer = Customer(user_id=user_id)
        unit_of_work.customers.add(customer)
    return customer
