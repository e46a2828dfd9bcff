"""A worker is told to stop with its hands full."""

import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from chassis.process import EXIT_SOFTWARE
from chassis.store.store import Store
from tests import brokers
from tests.at_work import SERVICE, ask_for_credit, reserved
from tests.eventually import eventually
from tests.stack import Stack
from tests.stores import USERS, add_user, count, migrated

IN_HAND = 20
BUDGET_SECONDS = 4.0


@pytest.fixture
def stack(tmp_path: Path, embedded_url: str) -> Iterator[Stack]:
    """Nothing runs yet; a worker takes one to begin with, and twenty while it handles that."""
    declare_topology(BrokerSettings(embedded_url), "test")
    made = Stack(
        tmp_path,
        {
            "BROKER_URL": embedded_url,
            "USER_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}",
            "WORKER_PREFETCH": str(IN_HAND),
            "DRAIN_SECONDS": str(BUDGET_SECONDS),
        },
    )
    yield made
    made.stop()


@pytest.fixture
def store(stack: Stack) -> Iterator[Store[Any]]:
    with migrated(USERS, stack.environment["USER_DATABASE_URL"]) as opened:
        yield opened


def start_slow_worker(stack: Stack) -> None:
    """Start a worker, and wait until it handles an order of one cent."""
    command = [sys.executable, "-m", "tests.processes.worker_with_slow_handler"]
    stack.spawn("slow-worker", command, stack.environment)
    eventually((stack.folder / "begun-1").exists, 30)


def test_a_worker_told_to_stop_finishes_what_it_holds_and_takes_nothing_new(stack: Stack, store: Store[Any]) -> None:
    url, user_id = stack.environment["BROKER_URL"], add_user(store)
    ask_for_credit(url, user_id, 1)
    start_slow_worker(stack)
    for _ in range(2 * IN_HAND):
        ask_for_credit(url, user_id, 2)
    eventually(lambda: brokers.depth(url, SERVICE) == IN_HAND)
    (stack.folder / "go-1").touch()
    eventually((stack.folder / "begun-2").exists)

    stack.processes["slow-worker"].terminate()
    eventually(lambda: "process.stopping" in stack.logs())
    (stack.folder / "go-2").touch()

    assert stack.terminate("slow-worker") == 0
    assert (reserved(store, user_id), count(store, "inbox")) == (1 + 2 * IN_HAND, 1 + IN_HAND)
    eventually(lambda: brokers.depth(url, SERVICE) == IN_HAND)


def test_a_worker_that_hangs_ends_at_its_budget_and_the_next_one_handles_what_it_held(
    stack: Stack, store: Store[Any]
) -> None:
    url, user_id = stack.environment["BROKER_URL"], add_user(store)
    ask_for_credit(url, user_id, 1)
    start_slow_worker(stack)

    told_at = monotonic()
    status = stack.terminate("slow-worker")

    assert (status, monotonic() - told_at > BUDGET_SECONDS - 1) == (EXIT_SOFTWARE, True)
    assert (reserved(store, user_id), count(store, "inbox")) == (0, 0)
    stack.start("user-worker")
    eventually(lambda: reserved(store, user_id) == 1, 30)
    assert count(store, "outbox") == 1
