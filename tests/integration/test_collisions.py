"""Transactions that get in each other's way, really: what is given up is begun anew, and nobody is blamed."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pika
import psycopg
import pytest
from prometheus_client import REGISTRY

from chassis.errors import Collision
from chassis.messaging.handling import handle_once
from chassis.messaging.subscription import Subscriptions
from chassis.store.repeating import ATTEMPTS, repeated
from chassis.store.store import Store
from events.envelope import STRUCTURED
from events.orders import OrderPlaced
from tests import brokers
from tests.at_work import ask_for_credit, reserved, working
from tests.component.conftest import bearer, make_app
from tests.deadlock import Deadlock, deadlock
from tests.eventually import eventually
from tests.servers.postgresql_node import plain
from tests.stores import USERS, add_user, body_of, count, envelope, migrated, outbox, placed
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.reserve_credit import reserve_credit


@pytest.fixture(params=["fresh_postgresql", "fresh_mysql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store[Any]]:
    """Where several write at once: SQLite lets one in at a time."""
    with migrated(USERS, request.getfixturevalue(request.param)) as opened:
        yield opened


def colliding(met: Deadlock, first: int, second: int) -> Subscriptions:
    """What wants two users, one after the other; ours would have been locked in one order."""

    def use_case(handled: Any, unit_of_work: Any) -> None:
        unit_of_work.users.find(first)
        met.between()
        unit_of_work.users.find(second)
        reserve_credit(handled, unit_of_work)

    return replace(SUBSCRIPTIONS, use_cases={OrderPlaced: use_case}, preload=lambda *_: None)


def retries() -> float:
    """How often a delivery went to where it waits for its next attempt."""
    labels = {"service": "user_service", "type": OrderPlaced.type, "outcome": "retry"}
    return REGISTRY.get_sample_value("deliveries_total", labels) or 0.0


def test_a_handler_that_a_deadlock_ended_is_run_again_and_acts_once(store: Store[Any], embedded_url: str) -> None:
    first, second, retries_before = add_user(store), add_user(store), retries()

    with (
        deadlock(store, first, second) as met,
        working(store, embedded_url, colliding(met, first, second)) as consumer,
    ):
        eventually(lambda: consumer.ready)
        ask_for_credit(embedded_url, second, 700)
        eventually(lambda: reserved(store, second) == 700)

    assert met.attempts == 2
    assert (count(store, "outbox"), count(store, "inbox")) == (1, 1)
    assert (retries() - retries_before, brokers.depth(embedded_url, "user_service.dead")) == (0, 0)


def test_a_request_that_a_deadlock_ended_is_carried_out_all_the_same(store: Store[Any]) -> None:
    first, second = add_user(store), add_user(store)
    app = make_app(USERS, store)

    with deadlock(store, first, second) as met:

        @app.post("/both")
        def post_both() -> str:
            with store.writing() as unit_of_work:
                for user_id, step in ((first, met.between), (second, lambda: None)):
                    unit_of_work.users.find(user_id).set_credit_limit(5, unit_of_work.now)
                    step()
            return "done"

        answer = app.test_client().post("/both", headers=bearer())

    assert (answer.status_code, met.attempts) == (200, 2)
    assert len(outbox(store)) == 2


def test_what_collides_again_and_again_is_answered_with_when_to_come_back(sqlite_store: Store[Any]) -> None:
    app, attempts = make_app(USERS, sqlite_store), []

    @app.post("/unlucky")
    def post_unlucky() -> str:
        attempts.append(1)
        raise Collision("DeadlockDetected")

    answer = app.test_client().post("/unlucky", headers=bearer())

    assert (answer.status_code, answer.headers["Retry-After"], len(attempts)) == (503, "1", ATTEMPTS)


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
def test_what_was_read_before_somebody_else_changed_it_is_read_anew(fresh_postgresql: str, isolation: str) -> None:
    with psycopg.connect(plain(fresh_postgresql), autocommit=True) as operator:
        name = fresh_postgresql.rpartition("/")[2]
        operator.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'")

    with migrated(USERS, fresh_postgresql) as store:
        user_id, attempts = add_user(store), itertools.count(1)

        def reserve() -> None:
            with store.writing() as late:
                late.users.read([user_id])
                if next(attempts) == 1:
                    with store.writing() as early:
                        early.users.find(user_id).reserve(1)
                late.users.find(user_id).reserve(1)

        repeated(reserve)

        assert (reserved(store, user_id), next(attempts)) == (2, 3)


def test_two_who_look_for_what_is_not_there_are_not_in_each_other_s_way(store: Store[Any]) -> None:
    user_id = add_user(store)

    with store.writing() as looking:
        looking.reservations.load([uuid4()])
        handle_once(store, SUBSCRIPTIONS, [envelope(placed(user_id, total=700))])

    assert reserved(store, user_id) == 700


def test_on_mysql_who_waits_too_long_for_a_lock_is_told_of_a_collision(
    fresh_mysql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.store.mysql.LOCK_SECONDS", 1)
    with migrated(USERS, fresh_mysql) as store:
        user_id = add_user(store)

        with store.writing() as holding:
            holding.users.find(user_id)
            with pytest.raises(Collision), store.writing() as waiting:
                waiting.users.find(user_id)


def test_what_always_collides_is_tried_for_ever_and_becomes_no_dead_letter(
    sqlite_store: Store[Any], embedded_url: str
) -> None:
    def collides(_handled: Any, _unit_of_work: Any) -> None:
        raise Collision("DeadlockDetected")

    headers = {"x-attempts": 99, "x-original-routing-key": OrderPlaced.type}
    properties = pika.BasicProperties(content_type=STRUCTURED, headers=headers)
    with working(sqlite_store, embedded_url, replace(SUBSCRIPTIONS, use_cases={OrderPlaced: collides})) as consumer:
        eventually(lambda: consumer.ready)

        with brokers.channel(embedded_url) as channel:
            channel.basic_publish("", "user_service", body_of(envelope(placed(1))), properties)

        eventually(lambda: brokers.depth(embedded_url, "user_service.retry.10m") == 1)
