"""What a product costs: by the newest word, whoever sent it and whenever it comes."""

from datetime import UTC, datetime

from order_service.use_cases.list_product import put_product
from tests.integration.inbound.arriving import (
    OTHER_SHOP,
    arrives,
    listing,
    product,
)
from tests.world import World


def test_of_two_listings_the_newer_counts_whoever_sent_it_and_whenever_it_comes(world: World) -> None:
    arrives(world, listing("chair", 2), seconds=-10)
    arrives(world, listing("chair", 1), seconds=-20, source=OTHER_SHOP)

    assert (product(world, "chair").unit_price_cents, product(world, "chair").name) == (2, "Costs 2")


def test_of_two_listings_of_one_time_the_later_to_arrive_counts(world: World) -> None:
    time = datetime.now(UTC)

    arrives(world, listing("desk", 1), time=time)
    arrives(world, listing("desk", 2, active=False), time=time, source=OTHER_SHOP)

    assert (product(world, "desk").unit_price_cents, product(world, "desk").active) == (2, False)


def test_a_price_put_by_rest_counts_as_now(world: World) -> None:
    with world.orders.writing() as unit_of_work:
        put_product("vase", name="Vase", unit_price_cents=5, active=True, unit_of_work=unit_of_work)

    arrives(world, listing("vase", 6), seconds=-1)
    assert product(world, "vase").unit_price_cents == 5
    arrives(world, listing("vase", 7), seconds=1)
    assert product(world, "vase").unit_price_cents == 7
