"""Dead letters are looked at, as often as anybody likes."""

import subprocess
from typing import Any

import pika

from broker.dead_letters import is_being_looked_at, looking
from broker.settings import BrokerSettings
from chassis.store.store import Store
from events.envelope import STRUCTURED
from tests import brokers
from tests.eventually import eventually
from tests.integration.dead_letters.letters import (
    DEAD,
    PLACED,
    SERVICE,
    a_dead_letter,
    bury,
    listed,
    run,
)
from tests.integration.test_worker import working
from tests.stack import BIN, ROOT
from tests.stores import body_of, envelope, placed


def test_fifty_looks_lose_nothing_and_leave_the_order(queue: str) -> None:
    ids = bury(queue, *(a_dead_letter(f"{number}".encode()) for number in range(10)))

    for _ in range(50):
        assert [letter["id"] for letter in listed(queue)] == ids


def test_what_is_listed_can_be_chosen_by_id_type_and_reason(queue: str) -> None:
    first, second, third = bury(
        queue,
        a_dead_letter(error=KeyError("x")),
        a_dead_letter(routing_key="order.cancelled.v1"),
        a_dead_letter(error=KeyError("y")),
    )

    assert [letter["id"] for letter in listed(queue, "--reason", "KeyError")] == [first, third]
    assert [letter["id"] for letter in listed(queue, "--type", "order.cancelled.v1")] == [second]
    assert [letter["id"] for letter in listed(queue, third)] == [third]


def test_a_letter_shows_its_reason_and_its_body_also_if_that_is_no_json(queue: str) -> None:
    (garbage, event) = bury(queue, a_dead_letter(b"\xff\x1b[2J{"), a_dead_letter(b'{"id": "4711"}'))

    shown = run(queue, "show", SERVICE, garbage).stdout
    assert "ValueError" in shown
    assert "\\xff\\x1b[2J{" in shown
    assert "\x1b" not in shown
    assert '"id": "4711"' in run(queue, "show", SERVICE, event).stdout
    assert run(queue, "show", SERVICE, "4711").exit_code == 0


def test_a_letter_tells_where_it_failed(sqlite_store: Store[Any], queue: str) -> None:
    with working(sqlite_store, queue), brokers.channel(queue) as channel:
        channel.basic_publish("events", PLACED, b"garbage", pika.BasicProperties(content_type=STRUCTURED))
        eventually(lambda: brokers.depth(queue, DEAD) == 1)

    (letter,) = listed(queue)
    assert letter["reason"] == "NotJson"
    assert "events/content_modes.py" in letter["traceback"]
    assert letter["traceback"].endswith(letter["error"])


def test_what_the_broker_gave_up_is_shown_with_its_limit_as_the_reason(queue: str) -> None:
    body = body_of(envelope(placed(1)))
    with brokers.channel(queue) as channel:
        channel.basic_publish("events", PLACED, body, pika.BasicProperties(message_id="4711"))

    def gives_back() -> bool:
        with brokers.channel(queue) as channel:
            for _ in range(10):
                if (got := channel.basic_get(SERVICE)[0]) is not None:
                    channel.basic_nack(got.delivery_tag, requeue=True)
        return brokers.depth(queue, DEAD) == 1

    eventually(gives_back, timeout=30)

    (letter,) = listed(queue)
    assert (letter["reason"], letter["type"]) == ("delivery_limit", PLACED)
    assert run(queue, "replay", SERVICE, letter["id"]).exit_code == 0
    properties, again = brokers.take(queue, SERVICE) or (pika.BasicProperties(), b"")
    assert (again, properties.headers["x-original-routing-key"]) == (body, PLACED)


def test_who_stops_reading_the_list_is_not_told_that_the_broker_is_away(queue: str) -> None:
    bury(queue, *(a_dead_letter(b"x" * 1000) for _ in range(500)))
    environment = {"BROKER_URL": queue, "PYTHONPATH": str(ROOT)}
    command = [str(BIN / "broker"), "dead-letters", "list", SERVICE]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()

    assert b"the broker does not answer" not in told
    assert len(listed(queue)) == 500


def test_it_can_be_known_that_somebody_looks(queue: str) -> None:
    settings = BrokerSettings(queue)

    assert not is_being_looked_at(settings, SERVICE)
    with looking(settings, SERVICE):
        assert is_being_looked_at(settings, SERVICE)
    assert not is_being_looked_at(settings, SERVICE)
