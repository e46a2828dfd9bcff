"""The saga's messages, late, twice and in any order: it ends in an allowed state, and the credit adds up."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.messaging.handling import handle_once
from order_service.domain.order import OrderStatus
from tests.stores import ORDERS, USERS, add_user, cancelled, envelope, migrated, placed
from tests.world import PRICE, World
from user_service.domain.reservation import ReservationStatus
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS

LIMIT = 100
RESERVED = {OrderStatus.CONFIRMED: True, OrderStatus.REJECTED: False, OrderStatus.CANCELLED: False}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    with (
        migrated(USERS, f"sqlite:///{folder / 'users.sqlite'}") as users,
        migrated(ORDERS, f"sqlite:///{folder / 'orders.sqlite'}") as orders,
    ):
        yield World(users, orders)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_arrives_late_twice_or_in_another_order_the_books_balance(world: World, data: st.DataObject) -> None:
    world.on_its_way.clear()
    user_id = add_user(world.users, limit=LIMIT)
    order_ids = [world.place(user_id) for _ in range(data.draw(st.integers(1, 4), "orders"))]
    to_cancel = data.draw(st.lists(st.integers(0, len(order_ids) - 1), unique=True), "cancelled")

    while world.on_its_way or to_cancel:
        if to_cancel and (not world.on_its_way or data.draw(st.booleans(), "cancel now")):
            world.cancel(order_ids[to_cancel.pop()])
            continue
        arriving = world.on_its_way.pop(data.draw(st.integers(0, len(world.on_its_way) - 1), "next"))
        if data.draw(st.integers(0, 4), "twice") == 4:
            world.on_its_way.append(arriving)
        world.deliver(arriving)

    _assert_balanced(world, user_id, order_ids)


def _assert_balanced(world: World, user_id: int, order_ids: list[UUID]) -> None:
    reserved = 0
    with world.users.reading() as users, world.orders.reading() as orders:
        for order_id in order_ids:
            order, reservation = orders.orders.find(order_id), users.reservations.find(order_id)
            is_reserved = reservation is not None and reservation.status is ReservationStatus.RESERVED
            assert is_reserved == RESERVED[order.status]
            reserved += PRICE * is_reserved
        user = users.users.find(user_id)
        assert user.available_credit_cents == LIMIT - reserved >= 0


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_orders_and_their_cancels_release_all_credit_in_every_order(world: World, order: tuple[int, ...]) -> None:
    user_id = add_user(world.users, limit=LIMIT)
    first, second = placed(user_id, total=PRICE), placed(user_id, total=PRICE)
    messages = [
        envelope(first),
        envelope(cancelled(first), sequence=2),
        envelope(second),
        envelope(cancelled(second), sequence=2),
    ]

    for position in order:
        handle_once(world.users, USER_SUBSCRIPTIONS, [messages[position]])

    with world.users.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).reserved_cents == 0
        statuses = {unit_of_work.reservations.find(each.order_id).status for each in (first, second)}
    assert statuses == {ReservationStatus.RELEASED}
    world.fetch()
    world.on_its_way.clear()
