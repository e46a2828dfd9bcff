"""A database that falls silent, or whose locks are held by somebody who hangs."""

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import make_url, update

from chassis.errors import StoreUnavailable
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from tests.at_work import ask_for_credit, relaying, reserved, working
from tests.eventually import eventually
from tests.faults.proxy import Proxy, proxied, through
from tests.stores import USERS, add_user, count, migrated

ANSWER_SECONDS, CONNECT_SECONDS = 1.0, 2
#: What a check of a connection and the attempt to make another one may take together.
GIVE_UP_SECONDS = 2 * ANSWER_SECONDS + CONNECT_SECONDS + 3


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("postgresql", "mysql"):
        monkeypatch.setattr(f"chassis.store.{module}.ANSWER_SECONDS", ANSWER_SECONDS)
        monkeypatch.setattr(f"chassis.store.{module}.CONNECT_SECONDS", CONNECT_SECONDS)


@pytest.fixture(params=["fresh_postgresql", "fresh_mysql"])
def url(request: pytest.FixtureRequest) -> str:
    """A database on a server, past the network."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def network(url: str) -> Iterator[Proxy]:
    """What lies before the database."""
    with proxied(make_url(url).port or 0) as proxy:
        yield proxy


@pytest.fixture
def store(url: str, network: Proxy) -> Iterator[Store[Any]]:
    """The database, through the network."""
    with migrated(USERS, through(network, url)) as opened:
        yield opened


def test_a_statement_that_is_never_answered_holds_nobody_for_ever(store: Store[Any], network: Proxy) -> None:
    user_id = add_user(store)
    began = monotonic()

    with pytest.raises(StoreUnavailable), store.writing() as unit_of_work:
        unit_of_work.users.find(user_id)
        network.blackhole(up=False, down=True)
        unit_of_work.users.find(add_user(store))

    assert monotonic() - began < GIVE_UP_SECONDS


def test_a_silent_database_is_no_database_until_it_is_heard_again(store: Store[Any], network: Proxy) -> None:
    assert store.answers()
    network.blackhole(up=True, down=True)
    began = monotonic()

    assert not store.answers()

    assert monotonic() - began < GIVE_UP_SECONDS
    network.heal()
    assert store.answers()


def test_after_the_silence_worker_and_relay_go_on_and_nothing_happened_twice(
    store: Store[Any], url: str, network: Proxy, embedded_url: str
) -> None:
    with migrated(USERS, url) as past_the_network:
        user_id = add_user(past_the_network)
        with working(store, embedded_url) as consumer, relaying(store, embedded_url):
            eventually(lambda: consumer.ready)
            ask_for_credit(embedded_url, user_id, 100)
            eventually(lambda: reserved(past_the_network, user_id) == 100)

            network.blackhole(up=True, down=True)
            ask_for_credit(embedded_url, user_id, 20)
            add_user(past_the_network, told=True)
            eventually(lambda: not store.answers(), GIVE_UP_SECONDS)
            network.heal()

            eventually(lambda: reserved(past_the_network, user_id) == 120, 30)
            eventually(lambda: count(past_the_network, "outbox") == 0, 30)
        assert count(past_the_network, "inbox") == 2


def test_who_hangs_in_a_transaction_keeps_the_lease_from_nobody(url: str) -> None:
    taken_over = False
    with migrated(USERS, url, idle_seconds=0.3) as store:
        hung, other = (LeasedOutbox(store, name, lease_seconds=1.0) for name in ("hung", "other"))
        assert hung.hold()

        with pytest.raises(StoreUnavailable), store.connection(writes=True) as connection:
            connection.execute(update(store.tables.lease).values(owner="hung"))
            taken_over = eventually(other.hold)
            connection.execute(update(store.tables.lease).values(owner="hung"))

    assert taken_over
