"""Dead letters are brought back or dropped: each chosen one, once, and none is lost on the way."""

import json
import subprocess
from typing import Any
from uuid import uuid4

import pika

from broker.dead_letters import looking
from broker.settings import BrokerSettings
from chassis.store.store import Store
from events.envelope import STRUCTURED
from tests import brokers
from tests.at_work import reserved
from tests.eventually import eventually
from tests.integration.dead_letters.letters import (
    DEAD,
    PLACED,
    SERVICE,
    _dead,
    _taken,
    a_dead_letter,
    bury,
    listed,
    run,
)
from tests.integration.test_worker import working
from tests.stack import BIN, ROOT
from tests.stores import add_user, body_of, envelope, placed


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


def test_of_two_operators_the_second_is_told_to_wait(queue: str) -> None:
    bury(queue, a_dead_letter())

    with looking(BrokerSettings(queue), SERVICE):
        result = run(queue, "list", SERVICE)

    assert (result.exit_code, "somebody else" in result.stderr) == (1, True)
