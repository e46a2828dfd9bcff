"""Limits of other systems: by the newest word, for those who are there."""

from datetime import UTC, datetime, timedelta

import pytest

from events.external import CreditLimitSet
from tests.integration.inbound.arriving import NOBODY, arrives, deactivated, requested, user
from tests.stores import add_user, count
from tests.world import PRICE, World
from user_service.domain.errors import UserIsDeactivated, UserNotFound
from user_service.use_cases.set_credit_limit import set_credit_limit


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
