"""A message that kills its worker is a dead letter alone, whatever the prefetch."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.messaging.suspects import MAX_ATTEMPTS, KilledItsWorker, Suspects
from chassis.store.store import Store
from tests.poison import spread
from tests.processes.poisoned_worker import POISON_CENTS
from tests.unit.test_retry import a_delivery


@pytest.mark.parametrize(("prefetch", "kind"), [(1, "exit"), (50, "memory")])
def test_a_message_that_kills_its_worker_is_dead_lettered_alone(
    prefetch: int, kind: str, broker_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    outcome = spread(broker_url, sqlite_url, tmp_path, prefetch=prefetch, neighbours=40, kind=kind)

    assert outcome.handled == 40
    ((properties, body),) = outcome.dead_letters
    assert json.loads(body)["data"]["total_cents"] == POISON_CENTS
    assert properties.headers["x-error-type"] == "KilledItsWorker"
    assert properties.headers["x-attempts"] == MAX_ATTEMPTS
    # Beside those the very first, when it came among others and nobody could tell who it was.
    assert outcome.deaths == MAX_ATTEMPTS + 1


def test_several_workers_and_several_poisons_take_no_neighbour_along(
    broker_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    outcome = spread(broker_url, sqlite_url, tmp_path, prefetch=50, poisons=2, neighbours=40, workers=2)

    assert (outcome.handled, len(outcome.dead_letters)) == (40, 2)


def test_only_what_never_comes_to_an_end_counts_against_a_message(user_store: Store[Any]) -> None:
    suspects, unlucky, killer = Suspects(user_store), a_delivery(mine="unlucky"), a_delivery(mine="killer")

    for _ in range(MAX_ATTEMPTS * 2):
        suspects.begin(unlucky)
        suspects.end(unlucky)
    for _ in range(MAX_ATTEMPTS):
        suspects.begin(killer)

    # Also where it could not be put aside at once: what is not begun is no attempt.
    for _ in range(2):
        with pytest.raises(KilledItsWorker, match=f"^{MAX_ATTEMPTS} attempts"):
            suspects.begin(killer)


def test_a_message_has_the_same_fingerprint_however_often_it_is_given() -> None:
    first, again = a_delivery(mine=1), a_delivery(mine=1, **{"x-delivery-count": 2})

    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != a_delivery(mine=2).fingerprint
