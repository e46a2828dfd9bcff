"""Processes die at the worst moment, and nothing is lost or doubled."""

import json
import sys

import pytest

from tests import brokers, ledger
from tests.api_client import Caller, event, publish
from tests.eventually import eventually
from tests.matrix import on_every_platform
from tests.stack import Stack

pytestmark = on_every_platform


def spawn_dying(stack: Stack, name: str, module: str, service: str) -> None:
    """Start a process that dies at a chosen point."""
    command = [sys.executable, "-m", f"tests.processes.{module}", service]
    stack.spawn(name, command, stack.environment)


def await_death(stack: Stack, name: str) -> None:
    """It was killed, at its point."""
    process = stack.processes.pop(name)
    assert process.wait(30) == -9


@pytest.fixture(autouse=True)
def _listening(stack: Stack) -> None:
    ledger.listen(stack.environment["BROKER_URL"])


def test_a_relay_killed_between_confirm_and_mark_sends_twice_and_the_effect_happens_once(
    stack: Stack, lamp: str
) -> None:
    ada = Caller(stack)
    stack.terminate("order-relay")
    spawn_dying(stack, "dying-relay", "relay_killed_before_mark", "order")

    order = ada.place(lamp)
    await_death(stack, "dying-relay")
    stack.start("order-relay")

    assert ada.settled(order["id"])["status"] == "confirmed"
    stack.await_ready()
    told: list[str] = []
    eventually(lambda: told.extend(_types_about(stack, order["id"])) or "order.confirmed.v1" in told)
    assert told.count("order.placed.v1") == 2
    assert ada.me()["available_credit_cents"] == 75_000


def _types_about(stack: Stack, subject: str) -> list[str]:
    heard = ledger.heard(stack.environment["BROKER_URL"])
    return [each["type"] for each in heard if each.get("subject") == subject]


def test_a_worker_killed_between_commit_and_ack_gets_it_again_and_acts_once(stack: Stack) -> None:
    # A limit that another system sets has no guard but its id: handled twice, it would be told twice.
    ada, broker_url = Caller(stack), stack.environment["BROKER_URL"]
    stack.terminate("user-worker")
    spawn_dying(stack, "dying-worker", "worker_killed_before_ack", "user")
    decided = event("billing.credit_limit_set.v1", {"user_id": ada.id, "credit_limit_cents": 5})

    publish(broker_url, json.dumps(decided).encode(), decided["type"])
    await_death(stack, "dying-worker")
    eventually(lambda: ada.me()["credit_limit_cents"] == 5)
    stack.start("user-worker")

    stack.await_ready()
    eventually(lambda: brokers.depth(broker_url, "user_service") == 0)
    stack.terminate("user-worker")
    stack.start("user-worker")
    stack.await_ready()
    told = _types_about(stack, str(ada.id))
    assert told.count("user.credit_limit_changed.v1") == 1


def test_a_killed_relay_is_replaced_by_one_that_stands_by(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    stack.start("order-relay-2")
    stack.kill("order-relay")

    order = ada.place(lamp)

    assert ada.settled(order["id"])["status"] == "confirmed"
    stack.terminate("order-relay-2")
    stack.start("order-relay")
    stack.await_ready()


def test_a_process_that_is_told_to_stop_ends_well(stack: Stack) -> None:
    statuses = {name: stack.terminate(name) for name in ("user-worker", "user-relay", "user-api")}

    for name in statuses:
        stack.start(name)
    stack.await_ready()
    assert statuses == {"user-worker": 0, "user-relay": 0, "user-api": 0}


def test_when_the_server_s_parent_is_killed_nothing_is_left_that_answers(stack: Stack) -> None:
    caller = Caller(stack)
    stack.kill("user-api")

    def refuses() -> bool:
        try:
            caller.http.get(f"{caller.users}/livez", timeout=1)
        except OSError:
            return True
        return False

    eventually(refuses)
    stack.start("user-api")
    stack.await_ready()
