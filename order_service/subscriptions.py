"""What order_service listens to, and what it then does."""

from collections.abc import Sequence

from chassis.messaging.subscription import Subscriptions
from events.event import Event
from events.external import OrderRequested, ProductListed
from events.users import (
    CreditEvent,
    CreditRefused,
    CreditReserved,
    UserDeactivated,
    UserErased,
    UserEvent,
    UserProfileChanged,
    UserRegistered,
    UserTokensRevoked,
)
from order_service.domain.errors import OrderError
from order_service.use_cases.confirm_order import confirm_order
from order_service.use_cases.follow_users import (
    follow_deactivation,
    follow_erasure,
    follow_profile,
    follow_revocation,
)
from order_service.use_cases.list_product import list_product
from order_service.use_cases.ports import UnitOfWork
from order_service.use_cases.reject_order import reject_order
from order_service.use_cases.take_order import take_order


def preload(events: Sequence[Event], unit_of_work: UnitOfWork) -> None:
    """Products, customers, orders: in the same order in every worker."""
    unit_of_work.products.load(event.sku for event in events if isinstance(event, ProductListed))
    unit_of_work.products.read(
        line.sku for event in events if isinstance(event, OrderRequested) for line in event.lines
    )
    unit_of_work.customers.load(event.user_id for event in events if isinstance(event, UserEvent))
    unit_of_work.orders.load(event.order_id for event in events if isinstance(event, CreditEvent | OrderRequested))


SUBSCRIPTIONS = Subscriptions(
    use_cases={
        CreditReserved: confirm_order,
        CreditRefused: reject_order,
        UserRegistered: follow_profile,
        UserProfileChanged: follow_profile,
        UserDeactivated: follow_deactivation,
        UserErased: follow_erasure,
        UserTokensRevoked: follow_revocation,
        ProductListed: list_product,
        OrderRequested: take_order,
    },
    preload=preload,
    hopeless=(OrderError,),
)
