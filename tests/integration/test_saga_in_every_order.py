"""The saga's messages, late, twice and in any order: it ends in an allowed state, and the credit adds up."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from uuid_utils.compat import uuid7

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.decode import decode
from events.envelope import STRUCTURED, Envelope
from events.event import Event
from events.external import ProductListed
from order_service.domain.order import OrderStatus
from order_service.subscriptions import SUBSCRIPTIONS as ORDER_SUBSCRIPTIONS
from order_service.use_cases.cancel_order import cancel_order
from order_service.use_cases.place_order import place_order
from tests.stores import ORDERS, USERS, add_user, cancelled, envelope, migrated, placed
from user_service.domain.reservation import ReservationStatus
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS

LIMIT, PRICE = 100, 40
RESERVED = {OrderStatus.CONFIRMED: True, OrderStatus.REJECTED: False, OrderStatus.CANCELLED: False}


class World:
    """Both services and what is on its way between them; who calls decides what arrives next."""

    def __init__(self, users: Store[Any], orders: Store[Any]) -> None:
        self.users, self.orders = users, orders
        self.on_its_way: list[Envelope[Event]] = []
        listing = ProductListed(sku="lamp", name="Lamp", unit_price_cents=PRICE, active=True)
        handle_once(orders, ORDER_SUBSCRIPTIONS, [envelope(listing, source="/shop")])
        self.fetch()

    def fetch(self) -> None:
        """Take what waits in both outboxes."""
        for store in (self.users, self.orders):
            table = store.tables.outbox
            with store.connection(writes=True) as connection:
                rows = connection.execute(select(table.c.body, table.c.type).order_by(table.c.position)).all()
                connection.execute(delete(table))
            now = datetime.now(UTC)
            self.on_its_way += [
                decode(row.body, content_type=STRUCTURED, headers={}, routing_key=row.type, now=now) for row in rows
            ]

    def deliver(self, arriving: Envelope[Event]) -> None:
        """Let an event arrive wherever it is listened to."""
        for store, subscriptions in ((self.users, USER_SUBSCRIPTIONS), (self.orders, ORDER_SUBSCRIPTIONS)):
            if arriving.type in subscriptions.types():
                handle_once(store, subscriptions, [arriving])
        self.fetch()

    def place(self, user_id: int) -> UUID:
        with self.orders.writing() as unit_of_work:
            order_id = place_order(uuid7(), user_id, [("lamp", 1)], unit_of_work).id
        self.fetch()
        return order_id

    def cancel(self, order_id: UUID) -> None:
        with self.orders.writing() as unit_of_work:
            order = unit_of_work.orders.find(order_id)
            if order.status is not OrderStatus.REJECTED:
                cancel_order(order, unit_of_work)
        self.fetch()


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
