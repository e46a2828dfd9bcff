"""Orders of other systems: placed once, rejected, refused."""

from uuid import uuid4

import pytest

from order_service.domain.errors import OrderIdTaken, TotalTooHigh
from tests.integration.inbound.arriving import NOBODY, OTHER_SHOP, arrives, deactivated, listing, order, requested
from tests.stores import add_user
from tests.world import ORDER_SUBSCRIPTIONS, PRICE, World


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
