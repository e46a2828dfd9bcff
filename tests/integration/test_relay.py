"""From the outbox to the broker: everything, in order, whatever stands in the way."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from broker import topology
from broker.connection import declare_topology
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from chassis.messaging.housekeeping import Housekeeping
from chassis.messaging.relay import Relay
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from tests import brokers
from tests.eventually import eventually
from tests.stores import USERS, add_user, count, flush, migrated

QUEUE = "everything"


@contextmanager
def relaying(store: Store[Any], url: str) -> Iterator[Relay]:
    """A relay at work."""
    stop = threading.Event()
    publisher = Publisher(BrokerSettings(url), name="test-relay")
    publisher.start()
    relay = Relay(
        "user_service",
        outbox=LeasedOutbox(store, str(uuid4()), 3.0),
        publisher=publisher,
        batch=100,
        housekeeping=Housekeeping(store, inbox_kept=timedelta(days=1)),
    )
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield relay
    finally:
        stop.set()
        thread.join(20)
        publisher.close()


@pytest.fixture
def heard(broker_url: str) -> Iterator[str]:
    """A broker where everything that is published can be heard in a queue."""
    declare_topology(BrokerSettings(broker_url), "test")
    with brokers.channel(broker_url) as channel:
        channel.queue_declare(QUEUE, durable=True)
        channel.queue_bind(QUEUE, topology.EXCHANGE, "#")
    yield broker_url
    with brokers.channel(broker_url) as channel:
        channel.queue_delete(QUEUE)


def published(url: str) -> list[str | None]:
    """The subjects of what was heard, oldest first."""
    ids = []
    while (taken := brokers.take(url, QUEUE)) is not None:
        ids.append(taken[0].message_id)
    return ids


def waiting_ids(store: Store[Any]) -> list[str]:
    table = store.tables.outbox
    with store.connection(writes=False) as connection:
        return list(connection.scalars(select(table.c.event_id).order_by(table.c.position)))


def test_what_waits_is_published_in_order_and_then_forgotten(sqlite_store: Store[Any], heard: str) -> None:
    for _ in range(250):
        add_user(sqlite_store, told=True)
    expected = waiting_ids(sqlite_store)

    with relaying(sqlite_store, heard):
        eventually(lambda: count(sqlite_store, "outbox") == 0)

    assert published(heard) == expected


def test_transactions_committed_in_reverse_order_lose_no_event(fresh_postgresql: str, broker_url: str) -> None:
    # On SQLite writers take turns: their order of commit is that of their rows.
    with migrated(USERS, fresh_postgresql) as store:
        ids = [add_user(store) for _ in range(4)]
        with relaying(store, broker_url), ExitStack() as last:
            last.enter_context(_change(store, ids[0]))
            with pytest.raises(ZeroDivisionError), _change(store, ids[1]):
                with _change(store, ids[2]):
                    with _change(store, ids[3]):
                        pass
                    eventually(lambda: count(store, "outbox") == 0)
                eventually(lambda: count(store, "outbox") == 0)
                raise ZeroDivisionError
            last.close()
            eventually(lambda: count(store, "outbox") == 0)

        with store.reading() as unit_of_work:
            sequences = [unit_of_work.users.find(user_id).sequence for user_id in ids]
    assert sequences == [1, 0, 1, 1]


@contextmanager
def _change(store: Store[Any], user_id: int) -> Iterator[None]:
    with store.writing() as unit_of_work:
        unit_of_work.users.find(user_id).set_credit_limit(5, unit_of_work.now)
        flush(unit_of_work)
        yield


def test_a_row_that_is_too_large_is_parked_and_those_behind_it_go_on(sqlite_store: Store[Any], heard: str) -> None:
    add_user(sqlite_store, told=True)
    add_user(sqlite_store, told=True)
    first, second = waiting_ids(sqlite_store)
    table = sqlite_store.tables.outbox
    with sqlite_store.connection(writes=True) as connection:
        connection.execute(update(table).where(table.c.event_id == first).values(body=b"x" * (1 << 21)))

    with relaying(sqlite_store, heard):
        eventually(lambda: waiting_ids(sqlite_store) == [first])
        eventually(lambda: _reason(sqlite_store, first) == f"too large: {1 << 21} bytes")

    assert published(heard) == [second]


def test_an_unroutable_row_waits_and_is_delivered_once_its_queue_is_bound(
    sqlite_store: Store[Any], broker_url: str
) -> None:
    declare_topology(BrokerSettings(broker_url), "test")
    add_user(sqlite_store, told=True)
    (event_id,) = waiting_ids(sqlite_store)
    with relaying(sqlite_store, broker_url):
        with brokers.channel(broker_url) as channel:
            eventually(lambda: count(sqlite_store, "outbox") == 0)
            channel.queue_purge("order_service")
            channel.queue_unbind("order_service", topology.EXCHANGE, "user.registered.v1")
            add_user(sqlite_store, told=True)
            (event_id,) = eventually(lambda: waiting_ids(sqlite_store))
            eventually(lambda: _reason(sqlite_store, event_id) == "unroutable")
            channel.queue_bind("order_service", topology.EXCHANGE, "user.registered.v1")
        eventually(lambda: count(sqlite_store, "outbox") == 0)

    taken = brokers.take(broker_url, "order_service")
    assert taken is not None
    assert taken[0].message_id == event_id


def test_a_row_that_was_unroutable_for_long_is_parked(sqlite_store: Store[Any], broker_url: str) -> None:
    declare_topology(BrokerSettings(broker_url), "test")
    table = sqlite_store.tables.outbox
    with relaying(sqlite_store, broker_url) as relay, brokers.channel(broker_url) as channel:
        eventually(lambda: relay.is_active)
        channel.queue_unbind("order_service", topology.EXCHANGE, "user.registered.v1")
        add_user(sqlite_store, told=True)
        (event_id,) = waiting_ids(sqlite_store)
        eventually(lambda: _reason(sqlite_store, event_id) == "unroutable")
        assert not _is_parked(sqlite_store, event_id)

        # As if ten minutes had passed.
        with sqlite_store.connection(writes=True) as connection:
            connection.execute(update(table).values(first_failed_at=table.c.first_failed_at - 601, not_before=None))

        eventually(lambda: _is_parked(sqlite_store, event_id))


def _is_parked(store: Store[Any], event_id: str) -> bool:
    table = store.tables.outbox
    with store.connection(writes=False) as connection:
        return connection.scalar(select(table.c.parked_at).where(table.c.event_id == event_id)) is not None


def _reason(store: Store[Any], event_id: str) -> str | None:
    table = store.tables.outbox
    with store.connection(writes=False) as connection:
        return connection.scalar(select(table.c.reason).where(table.c.event_id == event_id))


def test_of_two_relays_one_is_active_and_each_event_leaves_once(sqlite_store: Store[Any], heard: str) -> None:
    with relaying(sqlite_store, heard), relaying(sqlite_store, heard):
        for _ in range(100):
            add_user(sqlite_store, told=True)
        eventually(lambda: count(sqlite_store, "outbox") == 0)

    assert len(published(heard)) == 100


def test_a_relay_that_lost_its_lease_changes_no_row(user_store: Store[Any]) -> None:
    add_user(user_store, told=True)
    slow, quick = LeasedOutbox(user_store, "slow", 0.05), LeasedOutbox(user_store, "quick", 30.0)
    assert slow.hold()
    (row,) = slow.waiting(10)
    eventually(quick.hold)

    kept = slow.settle([row.position], postponed=[(row, 5.0, "late")], parked=[(row, "late")])

    assert not kept
    assert [each.attempts for each in quick.waiting(10)] == [0]


def test_a_relay_that_lost_its_lease_removes_nothing(user_store: Store[Any]) -> None:
    add_user(user_store, told=True)
    slow, quick = LeasedOutbox(user_store, "slow", 0.05), LeasedOutbox(user_store, "quick", 30.0)
    assert slow.hold()
    (row,) = slow.waiting(10)
    eventually(quick.hold)

    assert not slow.settle([row.position])

    assert [each.position for each in quick.waiting(10)] == [row.position]
    assert quick.settle([row.position])
    assert not quick.waiting(10)


def test_a_lease_is_held_by_one_and_given_back(user_store: Store[Any]) -> None:
    one, other = LeasedOutbox(user_store, "one", 30.0), LeasedOutbox(user_store, "other", 30.0)

    assert (one.hold(), other.hold(), one.hold()) == (True, False, True)
    one.release()
    assert other.hold()


def test_events_wait_while_the_broker_is_away(sqlite_store: Store[Any]) -> None:
    with relaying(sqlite_store, "amqp://guest:guest@127.0.0.1:1/"):
        add_user(sqlite_store, told=True)

    assert count(sqlite_store, "outbox") == 1
