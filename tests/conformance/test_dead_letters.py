"""Dead letters: where they go, and what is written on them."""

from datetime import UTC, datetime

import pytest

from tests.conformance.lab import AT_LEAST_ONCE, QUORUM, Lab
from tests.eventually import eventually

KINDS = pytest.mark.parametrize("kind", [{}, QUORUM, AT_LEAST_ONCE], ids=["classic", "quorum", "at-least-once"])


def to(queue: str) -> dict[str, str]:
    return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue}


@KINDS
def test_a_rejected_message_tells_its_death(lab: Lab, kind):
    dead, exchange = lab.queue(), lab.exchange()
    queue = lab.queue(kind | to(dead))
    lab.channel.queue_bind(queue, exchange, "order.#")
    lab.publish("order.placed.v1", b"body", exchange, message_id="m-1", headers={"mine": 1})

    lab.channel.basic_reject(lab.get(queue).tag, requeue=False)

    got = lab.take(dead)
    death = got.headers["x-death"][0]
    age = datetime.now(UTC) - death.pop("time")
    assert abs(age.total_seconds()) < 60
    assert death == {
        "count": 1,
        "reason": "rejected",
        "queue": queue,
        "exchange": exchange,
        "routing-keys": ["order.placed.v1"],
    }
    assert (got.body, got.properties.message_id, got.headers["mine"]) == (b"body", "m-1", 1)
    assert (got.method.exchange, got.method.routing_key) == ("", dead)


@KINDS
def test_the_first_death_is_remembered(lab: Lab, kind):
    last = lab.queue()
    middle = lab.queue(kind | to(last))
    first = lab.queue(kind | to(middle))
    lab.publish(first)

    for queue in (first, middle):
        lab.channel.basic_reject(lab.get(queue).tag, requeue=False)

    headers = lab.take(last).headers
    assert headers["x-first-death-queue"] == first
    assert headers["x-first-death-reason"] == "rejected"
    assert headers["x-first-death-exchange"] == ""
    assert [death["queue"] for death in headers["x-death"]] == [middle, first]


@KINDS
def test_an_expired_message_tells_its_death(lab: Lab, kind):
    dead = lab.queue()
    queue = lab.queue(kind | to(dead) | {"x-message-ttl": 50})

    lab.publish(queue, b"late")

    got = lab.take(dead)
    assert (got.body, got.headers["x-death"][0]["reason"], got.headers["x-death"][0]["queue"]) == (
        b"late",
        "expired",
        queue,
    )


def test_the_oldest_message_of_a_queue_that_is_too_long_tells_its_death(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(to(dead) | {"x-max-length": 2})

    for body in (b"1", b"2", b"3"):
        lab.publish(queue, body)

    got = lab.take(dead)
    assert (got.body, got.headers["x-death"][0]["reason"]) == (b"1", "maxlen")
    assert lab.waiting(queue) == 2


def test_without_a_routing_key_of_its_own_a_dead_letter_keeps_its_key(lab: Lab):
    dead, graveyard, exchange = lab.queue(), lab.exchange(), lab.exchange()
    queue = lab.queue({"x-dead-letter-exchange": graveyard})
    lab.channel.queue_bind(queue, exchange, "#")
    lab.channel.queue_bind(dead, graveyard, "order.*")
    lab.publish("order.placed", b"x", exchange)

    lab.channel.basic_reject(lab.get(queue).tag, requeue=False)

    method = lab.take(dead).method
    assert (method.exchange, method.routing_key) == (graveyard, "order.placed")


def test_deaths_in_one_queue_for_one_reason_are_counted(lab: Lab):
    retry = lab.name()
    queue = lab.queue(to(retry))
    lab._queues.append(retry)
    lab.channel.queue_declare(retry, durable=True, arguments=to(queue) | {"x-message-ttl": 20})
    lab.publish(queue)

    for _ in range(3):
        lab.channel.basic_reject(lab.get(queue).tag, requeue=False)

    deaths = lab.take(queue).headers["x-death"]
    told = [(death["queue"], death["reason"], death["count"]) for death in deaths]
    assert told == [(retry, "expired", 3), (queue, "rejected", 3)]


def test_a_message_that_would_go_round_for_ever_is_dropped(lab: Lab):
    queue = lab.name()
    lab._queues.append(queue)
    lab.channel.queue_declare(queue, durable=True, arguments=to(queue) | {"x-message-ttl": 20})

    lab.publish(queue)

    eventually(lambda: lab.waiting(queue) == 0)


def test_a_dead_letter_exchange_that_is_not_there_drops_the_message(lab: Lab):
    queue = lab.queue({"x-dead-letter-exchange": lab.name()})
    lab.publish(queue)

    lab.channel.basic_reject(lab.get(queue).tag, requeue=False)

    assert lab.look(queue) is None


def test_at_least_once_keeps_a_dead_letter_until_somebody_takes_it(embedded_lab: Lab):
    # RabbitMQ promises it too, but tries again only after minutes.
    lab = embedded_lab
    dead = lab.name()
    queue = lab.queue(AT_LEAST_ONCE | to(dead) | {"x-message-ttl": 20})
    lab.publish(queue, b"kept")
    eventually(lambda: lab.waiting(queue) == 0)

    lab._queues.append(dead)
    lab.channel.queue_declare(dead, durable=True)

    got = eventually(lambda: lab.look(dead), timeout=30)
    assert got.body == b"kept"


def test_at_most_once_drops_a_dead_letter_that_nobody_takes(lab: Lab):
    dead = lab.name()
    queue = lab.queue(QUORUM | to(dead) | {"x-message-ttl": 20})
    lab.publish(queue)
    eventually(lambda: lab.waiting(queue) == 0)

    lab._queues.append(dead)
    lab.channel.queue_declare(dead, durable=True)

    assert lab.look(dead) is None


def test_headers_that_the_broker_does_not_touch_survive_a_death(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(to(dead))
    headers = {"text": "grün", "number": 7, "big": 2**40, "flag": False, "table": {"a": [1, None]}}
    lab.publish(queue, headers=headers, timestamp=7, content_type="application/json", app_id="tests", priority=3)
    before = lab.get(queue)

    lab.channel.basic_reject(before.tag, requeue=False)

    after = lab.take(dead)
    assert {name: after.headers[name] for name in headers} == headers
    assert [after.properties.timestamp, after.properties.content_type, after.properties.app_id] == [
        7,
        "application/json",
        "tests",
    ]
