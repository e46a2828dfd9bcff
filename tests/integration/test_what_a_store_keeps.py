"""What goes into a store comes out of it as it was, on every database."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from chassis.store.clock import clock_seconds
from chassis.store.store import Store
from order_service.domain.order import Order, OrderLine
from tests.stores import add_user, envelope, placed

LONGEST_NAME = "\N{LATIN SMALL LETTER E WITH ACUTE}\N{SLEEPING SYMBOL}" * 100
LARGEST_BODY = bytes(range(256)) * 4096


def test_times_are_kept_to_the_microsecond(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    moment = datetime(2031, 2, 3, 4, 5, 6, 999_999, tzinfo=UTC)

    with user_store.writing() as unit_of_work:
        unit_of_work.users.find(user_id).updated_at = moment

    with user_store.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).updated_at == moment


def test_keys_that_differ_at_all_are_different_keys(user_store: Store[Any]) -> None:
    ids = ("a", "A", "a ", "\N{LATIN SMALL LETTER A WITH ACUTE}")
    arriving = [envelope(placed(1), id=each) for each in ids]

    with user_store.writing() as unit_of_work:
        claimed = unit_of_work.claim(arriving)

    assert {event_id for _, event_id in claimed} == set(ids)


def test_an_order_of_the_longest_lines_is_kept_whole(order_store: Store[Any]) -> None:
    lines = [OrderLine(sku=f"s{n}", quantity=1, name=LONGEST_NAME, unit_price_cents=1) for n in range(100)]

    with order_store.writing() as unit_of_work:
        order = Order.place(order_id=uuid4(), user_id=1, lines=lines, now=unit_of_work.now)
        unit_of_work.orders.add(order)

    with order_store.reading() as unit_of_work:
        assert unit_of_work.orders.find(order.id).lines == tuple(lines)


def test_the_largest_message_is_kept_byte_for_byte(user_store: Store[Any]) -> None:
    table = user_store.tables.outbox
    row = {"event_id": "1", "type": "t", "subject": "s", "time": datetime.now(UTC), "body": LARGEST_BODY}

    with user_store.connection(writes=True) as connection:
        connection.execute(insert(table), [row])

    with user_store.connection(writes=False) as connection:
        assert connection.scalar(select(table.c.body)) == LARGEST_BODY


def test_the_database_s_clock_is_the_time_to_the_millisecond(user_store: Store[Any]) -> None:
    with user_store.connection(writes=False) as connection:
        before = datetime.now(UTC).timestamp()
        told = connection.scalar(select(clock_seconds()))
        after = datetime.now(UTC).timestamp()

    assert before - 0.002 <= told <= after + 0.002
