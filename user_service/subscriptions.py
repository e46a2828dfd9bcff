"""What user_service listens to, and what it then does."""

from collections.abc import Sequence

from chassis.messaging.subscription import Subscriptions
from events.event import Event
from events.external import CreditLimitSet
from events.orders import OrderCancelled, OrderPlaced
from user_service.domain.errors import UserError
from user_service.use_cases.ports import UnitOfWork
from user_service.use_cases.release_credit import release_credit
from user_service.use_cases.reserve_credit import reserve_credit
from user_service.use_cases.set_credit_limit import take_credit_limit


def preload(events: Sequence[Event], unit_of_work: UnitOfWork) -> None:
    """Users first, then reservations: in the same order in every worker."""
    unit_of_work.users.load(
        event.user_id for event in events if isinstance(event, OrderPlaced | OrderCancelled | CreditLimitSet)
    )
    unit_of_work.reservations.load(
        event.order_id for event in events if isinstance(event, OrderPlaced | OrderCancelled)
    )


SUBSCRIPTIONS = Subscriptions(
    use_cases={
        OrderPlaced: reserve_credit,
        OrderCancelled: release_credit,
        CreditLimitSet: take_credit_limit,
    },
    preload=preload,
    hopeless=(UserError,),
)
