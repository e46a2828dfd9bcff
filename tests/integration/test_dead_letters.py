"""What an operator does with dead letters: look any number of times, send again, drop; and nothing is lost by it."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pika
import pytest
from click.testing import CliRunner, Result

from broker import topology
from broker.cli import main
from broker.connection import declare_topology
from broker.dead_letter import DeadLetter
from broker.dead_letters import is_being_looked_at, looking
from broker.message import Message
from broker.retry import dead_letter
from broker.settings import BrokerSettings
from chassis.store.store import Store
from events.envelope import STRUCTURED
from events.orders import OrderPlaced
from tests import brokers
from tests.at_work import reserved
from tests.eventually import eventually
from tests.integration.test_worker import working
from tests.stack import BIN, ROOT
from tests.stores import add_user, body_of, envelope, placed
from tests.unit.test_retry import a_delivery

SERVICE = "user_service"
DEAD = topology.dead_queue(SERVICE)
PLACED = OrderPlaced.type


@pytest.fixture
def queue(broker_url: str) -> str:
    declare_topology(BrokerSettings(broker_url), "test")
    return broker_url


def a_dead_letter(body: bytes = b"garbage", error: Exception | None = None, routing_key: str = PLACED) -> Message:
    delivery = a_delivery(exchange="events", body=body, routing_key=routing_key, content_type=STRUCTURED)
    return dead_letter(SERVICE, delivery, error or ValueError("no"), failed_at=datetime.now(UTC))


def bury(url: str, *letters: Message) -> list[str]:
    """Put dead letters into their queue, and tell their ids."""
    with brokers.channel(url) as channel:
        channel.confirm_delivery()
        for letter in letters:
            channel.basic_publish("", letter.routing_key, letter.body, letter.properties(), mandatory=True)
    return [letter.headers["x-dead-letter-id"] for letter in letters]


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["dead-letters", *arguments], env={"BROKER_URL": url})


def listed(url: str, *arguments: str) -> list[dict[str, Any]]:
    result = run(url, "list", SERVICE, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


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


def test_a_replay_goes_to_that_service_alone_with_the_same_bytes_and_id(queue: str) -> None:
    body = body_of(envelope(placed(1)))
    bury(queue, a_dead_letter(body, routing_key="user.registered.v1"))
    before = listed(queue)[0]["event_id"]

    result = run(queue, "replay", SERVICE, "--all", "--by", "grace")

    assert result.exit_code == 0, result.output
    assert brokers.depth(queue, DEAD) == brokers.depth(queue, "order_service") == 0
    properties, again = brokers.take(queue, SERVICE) or (pika.BasicProperties(), b"")
    assert (again, json.loads(again)["id"]) == (body, before)
    assert properties.headers["x-replayed-by"] == "grace"
    assert not {"x-error", "x-attempts", "x-dead-letter-id"} & properties.headers.keys()


def test_what_took_effect_before_has_none_when_it_is_replayed(sqlite_store: Store[Any], queue: str) -> None:
    user_id = add_user(sqlite_store)
    body = body_of(envelope(placed(user_id, total=700)))
    with working(sqlite_store, queue):
        with brokers.channel(queue) as channel:
            channel.basic_publish("events", PLACED, body, pika.BasicProperties(content_type=STRUCTURED))
        eventually(lambda: reserved(sqlite_store, user_id) == 700)
        bury(queue, a_dead_letter(body), a_dead_letter(body), a_dead_letter(b"garbage"))

        run(queue, "replay", SERVICE, "--all")

        eventually(lambda: [letter["reason"] for letter in listed(queue)] == ["NotJson"])
    assert brokers.depth(queue, SERVICE) == 0
    assert reserved(sqlite_store, user_id) == 700


def test_a_replay_that_the_broker_does_not_take_leaves_the_letter(queue: str) -> None:
    (letter,) = bury(queue, a_dead_letter())
    with brokers.channel(queue) as channel:
        channel.queue_delete(SERVICE)

    assert run(queue, "replay", SERVICE, "--all").exit_code == 1

    assert [left["id"] for left in listed(queue)] == [letter]


def test_a_replay_that_is_killed_half_way_loses_none(queue: str) -> None:
    bodies = {f"{number}".encode() for number in range(30)}
    bury(queue, *(a_dead_letter(body) for body in bodies))
    command = [str(BIN / "broker"), "dead-letters", "replay", SERVICE, "--all", "--rate", "20"]
    environment = {"BROKER_URL": queue, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: brokers.depth(queue, SERVICE) >= 5)
        process.kill()

    eventually(lambda: brokers.depth(queue, DEAD) + brokers.depth(queue, SERVICE) >= 30)

    assert {letter.body for letter in _dead(queue)} | set(_taken(queue, SERVICE)) == bodies
    assert brokers.depth(queue, DEAD) > 0


def test_what_is_dropped_is_gone_and_the_others_stay(queue: str) -> None:
    first, second = bury(queue, a_dead_letter(), a_dead_letter())

    assert "1 dropped" in run(queue, "drop", SERVICE, first).stdout

    assert [letter["id"] for letter in listed(queue)] == [second]


def test_an_id_that_is_not_there_changes_nothing(queue: str) -> None:
    ids = bury(queue, a_dead_letter(), a_dead_letter())

    result = run(queue, "drop", SERVICE, ids[0], str(uuid4()))

    assert result.exit_code == 1
    assert [letter["id"] for letter in listed(queue)] == ids


def test_without_a_choice_nothing_is_replayed_or_dropped(queue: str) -> None:
    bury(queue, a_dead_letter())

    assert {run(queue, command, SERVICE).exit_code for command in ("replay", "drop", "show")} == {2}

    assert len(listed(queue)) == 1


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


def test_of_two_operators_the_second_is_told_to_wait(queue: str) -> None:
    bury(queue, a_dead_letter())

    with looking(BrokerSettings(queue), SERVICE):
        result = run(queue, "list", SERVICE)

    assert (result.exit_code, "somebody else" in result.stderr) == (1, True)


def _dead(url: str) -> list[DeadLetter]:
    with looking(BrokerSettings(url), SERVICE) as look:
        return list(look.letters())


def _taken(url: str, queue: str) -> Iterator[bytes]:
    while (got := brokers.take(url, queue)) is not None:
        yield got[1]
