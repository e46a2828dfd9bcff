"""A relay that hangs with confirmed rows in hand, as if its host were frozen, and comes back."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from chassis.store.store import Store
from tests import ledger
from tests.eventually import eventually
from tests.stack import Stack
from tests.stores import USERS, add_user, count, migrated

TAKE_OVER_SECONDS = 5.0
HUNG, OTHER = "hung-relay", "user-relay"


@pytest.fixture
def stack(tmp_path: Path, embedded_url: str, fresh_postgresql: str) -> Iterator[Stack]:
    """Nothing runs yet."""
    ledger.listen(embedded_url)
    made = Stack(tmp_path, {"BROKER_URL": embedded_url, "USER_DATABASE_URL": fresh_postgresql})
    yield made
    made.stop()


@pytest.fixture
def store(fresh_postgresql: str) -> Iterator[Store[Any]]:
    with migrated(USERS, fresh_postgresql) as opened:
        yield opened


def says(stack: Stack, name: str) -> str:
    """What a relay has said so far."""
    return (stack.folder / f"{name}.log").read_text()


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")


def test_a_relay_that_hangs_is_replaced_and_changes_nothing_when_it_comes_back(
    stack: Stack, store: Store[Any]
) -> None:
    command = [sys.executable, "-m", "tests.processes.relay_that_hangs_before_mark", "user"]
    port = {"USER_RELAY_PORT": stack.environment["USER_WORKER_PORT"]}
    stack.spawn(HUNG, command, {**stack.environment, **port})
    eventually(lambda: "relay.active" in says(stack, HUNG), 30)
    stack.start(OTHER)
    eventually(lambda: stack.is_ready(OTHER), 30)

    add_user(store, told=True)
    hung = stack.processes[HUNG]
    eventually(lambda: is_stopped(hung.pid))
    hung_at = monotonic()
    eventually(lambda: count(store, "outbox") == 0)
    taken_over_after = monotonic() - hung_at
    hung.send_signal(signal.SIGCONT)
    eventually(lambda: "relay.standing_by" in says(stack, HUNG))
    for _ in range(10):
        add_user(store, told=True)
    eventually(lambda: count(store, "outbox") == 0)

    assert taken_over_after < TAKE_OVER_SECONDS
    published = Counter(event["id"] for event in ledger.heard(stack.environment["BROKER_URL"]))
    assert sorted(published.values()) == [1] * 10 + [2]
    assert says(stack, HUNG).count("relay.active") == 1
