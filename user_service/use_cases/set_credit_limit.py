"""A user's credit limit is decided, by us or by another system."""

from events.envelope import Envelope
from events.external import CreditLimitSet
from user_service.domain.user import User
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def set_credit_limit(user_id: int, cents: int, unit_of_work: UnitOfWork) -> User:
    """Set the limit now; UserNotFound, or UserIsDeactivated."""
    user = known_user(user_id, unit_of_work)
    user.set_credit_limit(cents, unit_of_work.now)
    return user


def take_credit_limit(envelope: Envelope[CreditLimitSet], unit_of_work: UnitOfWork) -> None:
    """Take the limit that another system set, unless a newer one is known."""
    event = envelope.event
    user = known_user(event.user_id, unit_of_work)
    user.take_credit_limit(event.credit_limit_cents, envelope.time, unit_of_work.now)
