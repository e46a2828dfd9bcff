"""Orders, reservations and users that disagree."""

from uuid import uuid4

from sqlalchemy import delete, update

from broker.settings import BrokerSettings
from chassis.messaging.handling import handle_once
from events.external import OrderRequested, RequestedLine
from order_service.store.tables import ORDERS
from order_service.subscriptions import SUBSCRIPTIONS as ORDER_SUBSCRIPTIONS
from tests.integration.audit.looking import a_confirmed, change, disagreeing, read
from tests.stores import cancelled, envelope, placed
from tests.world import World
from user_service.store.tables import RESERVATIONS, USERS
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS


def test_what_the_services_wrote_agrees_and_is_counted(world: World, broker: BrokerSettings, ada: int) -> None:
    report = read(world, broker)

    assert disagreeing(report) == set()
    assert report.read == {"orders": 5, "reservations": 5, "users": 1, "events": 6}


def test_an_order_that_began_as_rejected_asked_nobody(world: World, broker: BrokerSettings) -> None:
    requested = OrderRequested(order_id=uuid4(), user_id=1, lines=(RequestedLine(sku="ghost", quantity=1),))
    handle_once(world.orders, ORDER_SUBSCRIPTIONS, [envelope(requested, source="/shop")])
    world.fetch()

    assert disagreeing(read(world, broker)) == set()


def test_a_user_whose_reservations_sum_up_to_something_else_is_told(
    world: World, broker: BrokerSettings, ada: int
) -> None:
    change(world.users, update(USERS).where(USERS.c.id == ada).values(reserved_cents=USERS.c.reserved_cents + 1))

    assert disagreeing(read(world, broker)) == {("user", str(ada))}


def test_a_reservation_over_another_amount_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.users, update(RESERVATIONS).where(RESERVATIONS.c.order_id == order_id).values(amount_cents=1))

    assert disagreeing(read(world, broker)) == {("reservation", str(order_id)), ("user", str(ada))}


def test_a_confirmed_order_without_its_reservation_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.users, delete(RESERVATIONS).where(RESERVATIONS.c.order_id == order_id))

    assert disagreeing(read(world, broker)) == {("order", str(order_id)), ("user", str(ada))}


def test_a_reservation_without_its_order_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.orders, delete(ORDERS).where(ORDERS.c.id == order_id))

    assert disagreeing(read(world, broker)) == {("reservation", str(order_id))}


def test_a_tombstone_without_its_order_is_not_told(world: World, broker: BrokerSettings, ada: int) -> None:
    handle_once(world.users, USER_SUBSCRIPTIONS, [envelope(cancelled(placed(ada)), sequence=2)])

    assert disagreeing(read(world, broker)) == set()


def test_a_reservation_for_a_user_who_is_not_there_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    change(world.users, delete(USERS))

    reserved = {each.id for each in read(world, broker).disagreeing if "who is not there" in each.says}

    assert len(reserved) == 3
    assert str(a_confirmed(world)) in reserved
