"""What other systems tell us, at every edge: unknown, inactive, again, changed, late, at the same time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.messaging.handling import handle_once
from events.event import Event
from events.external import CreditLimitSet, OrderRequested, ProductListed, RequestedLine
from events.users import UserProfileChanged
from order_service.domain.errors import OrderIdTaken, TotalTooHigh
from order_service.domain.order import Order
from order_service.domain.product import Product
from order_service.use_cases.list_product import put_product
from tests.stores import ORDERS, USERS, add_user, count, envelope, migrated
from tests.world import ORDER_SUBSCRIPTIONS, PRICE, USER_SUBSCRIPTIONS, World
from user_service.domain.errors import UserIsDeactivated, UserNotFound
from user_service.domain.user import User
from user_service.use_cases.set_credit_limit import set_credit_limit

NOBODY = 987_654
SHOP, OTHER_SHOP = "/shop", "/other/shop"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    with (
        migrated(USERS, f"sqlite:///{folder / 'users.sqlite'}") as users,
        migrated(ORDERS, f"sqlite:///{folder / 'orders.sqlite'}") as orders,
    ):
        yield World(users, orders)


@pytest.fixture
def world(stores: World) -> World:
    stores.on_its_way.clear()
    return stores


def arrives(world: World, event: Event, *, seconds: float = 0, source: str = SHOP, **attributes: Any) -> list[str]:
    """Let it arrive, dated so many seconds from now; the types of what it caused at once."""
    world.fetch()
    before = len(world.on_its_way)
    time = datetime.now(UTC) + timedelta(seconds=seconds)
    world.deliver(envelope(event, source=source, **{"time": time, "sequence": None, **attributes}))
    return [caused.type for caused in world.on_its_way[before:]]


def listing(sku: str, price: int, *, active: bool = True) -> ProductListed:
    return ProductListed(sku=sku, name=f"Costs {price}", unit_price_cents=price, active=active)


def requested(user_id: int, *skus: str, order_id: UUID | None = None, quantity: int = 1) -> OrderRequested:
    lines = tuple(RequestedLine(sku=sku, quantity=quantity) for sku in skus)
    return OrderRequested(order_id=order_id or uuid4(), user_id=user_id, lines=lines)


def product(world: World, sku: str) -> Product:
    with world.orders.reading() as unit_of_work:
        return unit_of_work.products.find(sku)


def order(world: World, order_id: UUID) -> Order:
    with world.orders.reading() as unit_of_work:
        return unit_of_work.orders.find(order_id)


def user(world: World, user_id: int) -> User:
    with world.users.reading() as unit_of_work:
        return unit_of_work.users.find(user_id)


def deactivated(world: World) -> int:
    user_id = add_user(world.users)
    with world.users.writing() as unit_of_work:
        unit_of_work.users.find(user_id).deactivate(unit_of_work.now)
    world.settle()
    return user_id


def test_of_two_listings_the_newer_counts_whoever_sent_it_and_whenever_it_comes(world: World) -> None:
    arrives(world, listing("chair", 2), seconds=-10)
    arrives(world, listing("chair", 1), seconds=-20, source=OTHER_SHOP)

    assert (product(world, "chair").unit_price_cents, product(world, "chair").name) == (2, "Costs 2")


def test_of_two_listings_of_one_time_the_later_to_arrive_counts(world: World) -> None:
    time = datetime.now(UTC)

    arrives(world, listing("desk", 1), time=time)
    arrives(world, listing("desk", 2, active=False), time=time, source=OTHER_SHOP)

    assert (product(world, "desk").unit_price_cents, product(world, "desk").active) == (2, False)


def test_an_event_that_comes_again_has_no_effect_even_with_another_body(world: World) -> None:
    time = datetime.now(UTC)

    arrives(world, listing("shelf", 1), id="one", time=time)
    arrives(world, listing("shelf", 2), id="one", time=time + timedelta(seconds=5))

    assert product(world, "shelf").unit_price_cents == 1


def test_two_systems_may_use_the_same_id(world: World) -> None:
    arrives(world, listing("rug", 1), id="same")
    arrives(world, listing("rug", 2), id="same", source=OTHER_SHOP)

    assert product(world, "rug").unit_price_cents == 2


def test_a_price_put_by_rest_counts_as_now(world: World) -> None:
    with world.orders.writing() as unit_of_work:
        put_product("vase", name="Vase", unit_price_cents=5, active=True, unit_of_work=unit_of_work)

    arrives(world, listing("vase", 6), seconds=-1)
    assert product(world, "vase").unit_price_cents == 5
    arrives(world, listing("vase", 7), seconds=1)
    assert product(world, "vase").unit_price_cents == 7


def test_a_requested_order_is_placed_under_its_own_id_at_our_prices(world: World) -> None:
    wanted = requested(add_user(world.users), "lamp", quantity=3)

    assert arrives(world, wanted) == ["order.placed.v1"]

    world.settle()
    placed = order(world, wanted.order_id)
    assert (placed.status, placed.total_cents) == ("confirmed", 3 * PRICE)


@pytest.mark.parametrize("skus", [("nothing",), ("gone",), ("lamp", "nothing")])
def test_an_order_with_an_unknown_or_inactive_sku_is_there_as_rejected_and_asks_for_nothing(
    world: World, skus: tuple[str, ...]
) -> None:
    arrives(world, listing("gone", 1, active=False))
    wanted = requested(add_user(world.users), *skus)

    assert arrives(world, wanted) == ["order.rejected.v1"]

    refused = order(world, wanted.order_id)
    assert (refused.status, refused.rejection_reason, refused.total_cents) == ("rejected", "unknown_product", 0)
    assert [(line.sku, line.name, line.unit_price_cents) for line in refused.lines] == [
        (sku, None, None) for sku in skus
    ]


def test_an_order_for_nobody_is_rejected_when_that_is_found_out(world: World) -> None:
    wanted = requested(NOBODY, "lamp")

    assert arrives(world, wanted) == ["order.placed.v1"]

    world.settle()
    assert order(world, wanted.order_id).rejection_reason == "unknown_user"


def test_an_order_for_somebody_who_has_left_is_rejected(world: World) -> None:
    wanted = requested(deactivated(world), "lamp")

    arrives(world, wanted)
    world.settle()

    assert order(world, wanted.order_id).rejection_reason == "user_deactivated"


@pytest.mark.parametrize("skus", [("lamp", "stool"), ("lamp", "nothing")])
def test_asking_for_the_same_order_again_has_no_effect_under_a_new_event_id_too(
    world: World, skus: tuple[str, ...]
) -> None:
    arrives(world, listing("stool", 5))
    wanted = requested(add_user(world.users), *skus)
    first, second = str(uuid4()), str(uuid4())
    arrives(world, wanted, id=first)
    world.settle()
    before = order(world, wanted.order_id).status

    assert arrives(world, wanted, id=first) == []
    assert arrives(world, wanted, id=second) == []
    turned = requested(wanted.user_id, *reversed(skus), order_id=wanted.order_id)
    assert arrives(world, turned, source=OTHER_SHOP) == []

    assert order(world, wanted.order_id).status == before


def test_another_order_under_a_known_id_is_refused_and_the_first_stays(world: World) -> None:
    wanted = requested(add_user(world.users), "lamp")
    arrives(world, wanted)
    other_things = requested(wanted.user_id, "lamp", order_id=wanted.order_id, quantity=2)
    for_somebody_else = requested(add_user(world.users), "lamp", order_id=wanted.order_id)

    for other in (other_things, for_somebody_else):
        with pytest.raises(OrderIdTaken):
            arrives(world, other)

    assert order(world, wanted.order_id).total_cents == PRICE
    assert OrderIdTaken in [error for base in ORDER_SUBSCRIPTIONS.hopeless for error in base.__subclasses__()]


def test_an_order_that_costs_too_much_is_refused_and_leaves_nothing(world: World) -> None:
    arrives(world, listing("palace", 10**9))
    arrives(world, listing("castle", 10**9))
    wanted = requested(add_user(world.users), "palace", "castle", quantity=1000)

    with pytest.raises(TotalTooHigh):
        arrives(world, wanted)

    assert order(world, wanted.order_id) is None


def test_a_requested_order_is_never_too_old(world: World) -> None:
    user_id = add_user(world.users)
    first, second = requested(user_id, "lamp"), requested(user_id, "lamp")

    assert arrives(world, second) == ["order.placed.v1"]
    assert arrives(world, first, seconds=-86_400) == ["order.placed.v1"]


def test_a_limit_of_another_system_is_told_to_all(world: World) -> None:
    user_id = add_user(world.users)

    assert arrives(world, CreditLimitSet(user_id=user_id, credit_limit_cents=7), seconds=1) == [
        "user.credit_limit_changed.v1"
    ]

    assert user(world, user_id).credit_limit_cents == 7


def test_of_two_limits_the_newer_counts_and_of_one_time_the_later_to_arrive(world: World) -> None:
    user_id, time = add_user(world.users), datetime.now(UTC) + timedelta(seconds=5)

    for cents, seconds in ((1, 0), (2, 0), (3, -1)):
        arrives(
            world, CreditLimitSet(user_id=user_id, credit_limit_cents=cents), time=time + timedelta(seconds=seconds)
        )

    assert user(world, user_id).credit_limit_cents == 2


def test_a_limit_put_by_rest_counts_as_now(world: World) -> None:
    user_id = add_user(world.users)
    with world.users.writing() as unit_of_work:
        set_credit_limit(user_id, 5, unit_of_work)

    assert arrives(world, CreditLimitSet(user_id=user_id, credit_limit_cents=6), seconds=-1) == []

    assert user(world, user_id).credit_limit_cents == 5


def test_a_limit_under_what_is_reserved_leaves_less_than_nothing(world: World) -> None:
    user_id = add_user(world.users)
    arrives(world, requested(user_id, "lamp"))
    world.settle()

    arrives(world, CreditLimitSet(user_id=user_id, credit_limit_cents=PRICE - 1), seconds=1)

    assert user(world, user_id).available_credit_cents == -1


def test_a_limit_of_nobody_is_refused(world: World) -> None:
    with pytest.raises(UserNotFound):
        arrives(world, CreditLimitSet(user_id=NOBODY, credit_limit_cents=5))


@pytest.mark.parametrize("seconds", [1, -86_400])
def test_a_limit_of_somebody_who_has_left_is_refused_however_old_it_is(world: World, seconds: float) -> None:
    user_id = deactivated(world)
    claims = count(world.users, "inbox")

    with pytest.raises(UserIsDeactivated):
        arrives(world, CreditLimitSet(user_id=user_id, credit_limit_cents=5), seconds=seconds)

    assert count(world.users, "inbox") == claims


def test_of_our_own_events_the_higher_sequence_counts_whatever_their_times(world: World) -> None:
    user_id = add_user(world.users)
    newer = UserProfileChanged(user_id=user_id, name="Newer", email="newer@example.com")
    older = UserProfileChanged(user_id=user_id, name="Older", email="older@example.com")

    for event, sequence, seconds in ((newer, 3, -60), (older, 2, 0)):
        time = datetime.now(UTC) + timedelta(seconds=seconds)
        arriving = envelope(event, source="/user_service", sequence=sequence, time=time)
        handle_once(world.orders, ORDER_SUBSCRIPTIONS, [arriving])

    with world.orders.reading() as unit_of_work:
        assert unit_of_work.customers.find(user_id).name == "Newer"


def test_what_comes_twice_in_a_batch_takes_its_turn_where_it_came_first(world: World) -> None:
    user_id, time = add_user(world.users), datetime.now(UTC) + timedelta(seconds=1)
    first, second = (
        envelope(CreditLimitSet(user_id=user_id, credit_limit_cents=cents), source="/billing", time=time)
        for cents in (1, 2)
    )

    handle_once(world.users, USER_SUBSCRIPTIONS, [first, second, first])

    assert user(world, user_id).credit_limit_cents == 2
