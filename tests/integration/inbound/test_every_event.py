"""What holds for whatever arrives: again, in a batch, out of order."""

from datetime import UTC, datetime, timedelta

from chassis.messaging.handling import handle_once
from events.external import CreditLimitSet
from events.users import UserProfileChanged
from tests.integration.inbound.arriving import (
    OTHER_SHOP,
    arrives,
    listing,
    product,
    user,
)
from tests.stores import add_user, envelope
from tests.world import ORDER_SUBSCRIPTIONS, USER_SUBSCRIPTIONS, World


def test_an_event_that_comes_again_has_no_effect_even_with_another_body(world: World) -> None:
    time = datetime.now(UTC)

    arrives(world, listing("shelf", 1), id="one", time=time)
    arrives(world, listing("shelf", 2), id="one", time=time + timedelta(seconds=5))

    assert product(world, "shelf").unit_price_cents == 1


def test_two_systems_may_use_the_same_id(world: World) -> None:
    arrives(world, listing("rug", 1), id="same")
    arrives(world, listing("rug", 2), id="same", source=OTHER_SHOP)

    assert product(world, "rug").unit_price_cents == 2


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
