"""A duplicate that comes when its id is forgotten: the guards of the aggregates are all there is."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.event import Event
from events.external import CreditLimitSet, OrderRequested, ProductListed, RequestedLine
from events.orders import OrderCancelled
from events.users import CreditRefused, CreditReserved, UserDeactivated, UserRegistered
from order_service.subscriptions import SUBSCRIPTIONS as OF_ORDERS
from tests.stores import add_user, cancelled, envelope, outbox, placed
from user_service.subscriptions import SUBSCRIPTIONS as OF_USERS


def forget(store: Store[Any]) -> None:
    """As if the retention were over."""
    with store.connection(writes=True) as connection:
        connection.execute(store.tables.inbox.delete())


def state(store: Store[Any], *tables: str) -> list[Any]:
    with store.connection(writes=False) as connection:
        return [
            sorted(map(repr, connection.execute(store.tables.metadata.tables[table].select()))) for table in tables
        ]


def _without_times(tables: list[Any]) -> list[Any]:
    return [[row.partition("datetime")[0] for row in rows] for rows in tables]


@pytest.mark.parametrize("kind", ["placed", "cancelled", "limit"])
def test_a_duplicate_after_the_retention_changes_no_account(kind: str, user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    order = placed(user_id, total=700)
    limit = envelope(CreditLimitSet(user_id=user_id, credit_limit_cents=5_000), source="/billing")
    story: dict[str, list[Any]] = {
        "placed": [envelope(order)],
        "cancelled": [envelope(order), envelope(cancelled(order), sequence=2)],
        "limit": [limit],
    }
    handle_once(user_store, OF_USERS, story[kind])
    before, told = _without_times(state(user_store, "reservations")), len(outbox(user_store))
    with user_store.reading() as unit_of_work:
        user = unit_of_work.users.find(user_id)
        account = (user.reserved_cents, user.credit_limit_cents)

    forget(user_store)
    handle_once(user_store, OF_USERS, story[kind])

    with user_store.reading() as unit_of_work:
        user = unit_of_work.users.find(user_id)
        assert (user.reserved_cents, user.credit_limit_cents) == account
    assert _without_times(state(user_store, "reservations")) == before
    # The limit is told once more, as it is; of orders nothing is.
    assert len(outbox(user_store)) == told + (kind == "limit")


def test_a_duplicate_after_the_retention_changes_no_order(order_store: Store[Any]) -> None:
    now = datetime.now(UTC)
    requested = OrderRequested(order_id=uuid4(), user_id=7, lines=(RequestedLine(sku="lamp", quantity=2),))
    reserved = CreditReserved(order_id=requested.order_id, user_id=7, amount_cents=500)
    story: list[Event] = [
        ProductListed(sku="lamp", name="Lamp", unit_price_cents=250, active=True),
        UserRegistered(user_id=7, name="Ada", email="ada@example.com", credit_limit_cents=1),
        requested,
        reserved,
        UserDeactivated(user_id=7),
    ]
    ours = (UserRegistered, CreditReserved, UserDeactivated, CreditRefused, OrderCancelled)
    arriving = [
        envelope(event, source="/user_service" if isinstance(event, ours) else "/shop", time=now, sequence=number)
        for number, event in enumerate(story, start=1)
    ]
    for each in arriving:
        handle_once(order_store, OF_ORDERS, [each])
    with order_store.reading() as unit_of_work:
        assert unit_of_work.orders.find(requested.order_id).status == "confirmed"
    before, told = state(order_store, "orders", "order_history", "customers"), len(outbox(order_store))

    forget(order_store)
    for each in arriving:
        handle_once(order_store, OF_ORDERS, [each])

    assert state(order_store, "orders", "order_history", "customers") == before
    assert len(outbox(order_store)) == told
