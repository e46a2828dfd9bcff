"""Each alert fires when its fault is there, on a running system with hastened rules, and is over when that is."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import requests

from tests.api_client import Caller, event, publish
from tests.eventually import eventually
from tests.matrix import ALL
from tests.observability.collector import Collector
from tests.observability.embedded import Embedded
from tests.observability.prometheus import Prometheus
from tests.observability.test_prometheus_files import alerts
from tests.stack import Stack

LISTED = "catalog.product_listed.v1"
LIMIT_SET = "billing.credit_limit_set.v1"
FIRE_SECONDS = 30
#: These five took 73 of the 81 seconds of all eight on two cores: they wait until a rate, a backlog or an age has
#: grown. CI has 25 minutes for everything, and sees the same rules by promtool (`test_prometheus_files.py`) and each
#: of their queries on a running system (`test_queries.py`).
LONG = pytest.mark.skipif(not ALL, reason="waits over a minute for rates and ages to grow: TEST_ALL=1 causes it")

#: What is broken, and which alerts that has to raise.
RAISED_BY = {
    "a relay is down": {"ProcessDown", "NoRelayActive", "OrdersStayPending"},
    "the broker is down": {"BrokerUnreachable", "OutboxStuck"},
    "a message is poison": {"DeadLetters"},
    "a database is slow": {"DatabaseSlow", "HttpErrors", "HttpSlow", "MessagesKeepFailing"},
    "a database answers nothing": {"DatabaseAway"},
    "a worker is down": {"QueueGrows"},
    "events come late": {"EventsLate"},
    "an event can't be published": {"OutboxParked"},
}


def fires(prometheus: Prometheus, fault: str, **labels: str) -> None:
    """Wait until all alerts of a fault fire with these labels, or none for those that have none of them."""

    def firing() -> set[str]:
        return {
            name
            for name, found in prometheus.firing().items()
            if any(all(alert.get(key, value) == value for key, value in labels.items()) for alert in found)
        }

    eventually(lambda: RAISED_BY[fault] <= firing(), timeout=FIRE_SECONDS)


def is_over(prometheus: Prometheus, fault: str) -> None:
    """Wait until none of a fault's alerts fires."""
    eventually(lambda: not RAISED_BY[fault] & prometheus.firing().keys(), timeout=FIRE_SECONDS)


def database(stack: Stack, service: str) -> sqlite3.Connection:
    """A service's database, past the service."""
    return sqlite3.connect(stack.folder / "var" / f"{service}.sqlite", isolation_level=None, timeout=20)


@contextmanager
def locked(stack: Stack, service: str) -> Iterator[None]:
    """Nobody else can write."""
    with closing(database(stack, service)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def listing(time: datetime, **attributes: str) -> bytes:
    """A product, as another system tells of it."""
    data = {"sku": "late", "name": "Late", "unit_price_cents": 1, "active": True}
    return json.dumps(event(LISTED, data, time=time.isoformat(), **attributes)).encode()


def test_every_alert_is_made_to_fire() -> None:
    raised = set().union(*RAISED_BY.values())

    assert raised == {alert["alert"] for alert in alerts()}


@LONG
def test_a_relay_that_is_down(stack: Stack, lamp: str, prometheus: Prometheus) -> None:
    ada = Caller(stack)
    stack.terminate("user-relay")
    order = ada.place(lamp)

    fires(prometheus, "a relay is down", service="user_service")

    stack.start("user-relay")
    ada.settled(order["id"])
    is_over(prometheus, "a relay is down")


@LONG
def test_a_broker_that_is_down(stack: Stack, lamp: str, prometheus: Prometheus, embedded: Embedded) -> None:
    ada = Caller(stack)
    embedded.stop()
    order = ada.place(lamp)

    fires(prometheus, "the broker is down", service="order_service")

    embedded.start()
    ada.settled(order["id"], timeout=40)
    stack.await_ready()
    is_over(prometheus, "the broker is down")


def test_a_poison_message(stack: Stack, prometheus: Prometheus) -> None:
    assert "user_service" not in {alert["service"] for alert in prometheus.firing().get("DeadLetters", [])}

    publish(stack.environment["BROKER_URL"], b"{", LIMIT_SET)

    fires(prometheus, "a message is poison", service="user_service")
    dropped = stack.command("broker", "dead-letters", "drop", "user_service", "--all")
    assert dropped.returncode == 0, dropped.stderr


@LONG
def test_a_database_that_is_slow(stack: Stack, lamp: str, prometheus: Prometheus, collector: Collector) -> None:
    ada = Caller(stack)
    trace_id, sender = uuid4().hex, uuid4().hex[:16]
    late = listing(datetime.now(UTC), traceparent=f"00-{trace_id}-{sender}-01")
    body = {"lines": [{"sku": lamp, "quantity": 1}]}

    with locked(stack, "order_service"):
        publish(stack.environment["BROKER_URL"], late, LISTED)
        statuses = {ada.http.post(f"{ada.orders}/orders", json=body, timeout=40).status_code for _ in range(2)}
        fires(prometheus, "a database is slow", service="order_service")

    assert statuses == {503}
    eventually(lambda: requests.get(f"{ada.orders}/products/late", timeout=20).status_code == 200, timeout=40)
    is_over(prometheus, "a database is slow")
    attempts = eventually(lambda: [span for span in collector.trace(trace_id) if span.parent == sender][1:])
    assert {(span.name, span.process) for span in attempts} == {(f"process {LISTED}", "order_service worker")}
    assert (attempts[-1].failed, attempts[-1].attributes["messaging.attempt"]) == (False, str(len(attempts) + 1))


def test_a_database_that_answers_nothing(stack: Stack, prometheus: Prometheus) -> None:
    with closing(database(stack, "user_service")) as connection:
        connection.execute("ALTER TABLE outbox RENAME TO outbox_away")

        fires(prometheus, "a database answers nothing", service="user_service")

        connection.execute("ALTER TABLE outbox_away RENAME TO outbox")
    is_over(prometheus, "a database answers nothing")


@LONG
def test_a_worker_that_is_down(stack: Stack, prometheus: Prometheus) -> None:
    stack.terminate("order-worker")
    for _ in range(25):
        publish(stack.environment["BROKER_URL"], listing(datetime.now(UTC)), LISTED)

    fires(prometheus, "a worker is down", service="order_service")

    stack.start("order-worker")
    is_over(prometheus, "a worker is down")


@LONG
def test_events_that_come_late(stack: Stack, prometheus: Prometheus) -> None:
    def publish_one() -> bool:
        publish(stack.environment["BROKER_URL"], listing(datetime.now(UTC) - timedelta(hours=2)), LISTED)
        return "EventsLate" in prometheus.firing()

    eventually(publish_one, timeout=FIRE_SECONDS)

    fires(prometheus, "events come late", service="order_service")
    is_over(prometheus, "events come late")


def test_an_event_that_can_not_be_published(stack: Stack, prometheus: Prometheus) -> None:
    with closing(database(stack, "user_service")) as connection:
        connection.execute(
            "INSERT INTO outbox (event_id, type, subject, time, body) VALUES ('big', 'user.erased.v1', '1', ?, ?)",
            (datetime.now(UTC).replace(tzinfo=None).isoformat(" "), b"x" * (1 << 20) + b"x"),
        )

        fires(prometheus, "an event can't be published", service="user_service")

        connection.execute("DELETE FROM outbox WHERE event_id = 'big'")
    is_over(prometheus, "an event can't be published")
