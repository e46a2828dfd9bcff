"""A running stack, and who calls it: an admin, a customer, a stranger.

``FUZZING_CASES``, ``FUZZING_SECONDS``, ``FUZZING_SEED`` and ``FUZZING_PLATFORM`` make longer or other runs.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.api_client import Caller, an_admin
from tests.end_to_end.conftest import platform
from tests.fuzzing.outcome import Outcome
from tests.fuzzing.run import Plan, fuzz
from tests.fuzzing.world import USER, a_client, furnish
from tests.matrix import EMBEDDED
from tests.stack import Stack, running

#: For each operation, beside those that the document gives by its examples and limits.
CASES = int(os.environ.get("FUZZING_CASES", "40"))
#: For sequences, a service.
SECONDS = int(os.environ.get("FUZZING_SECONDS", "6"))
SEED = int(os.environ.get("FUZZING_SEED", "1"))
TIMEOUT = pytest.mark.timeout(120 + CASES + SECONDS)

#: Carries out a plan at an address.
Fuzz = Callable[[Plan, str], Outcome]


@pytest.fixture(scope="package", params=[os.environ.get("FUZZING_PLATFORM", EMBEDDED)])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One on which who signs in after a run need not wait."""
    folder = tmp_path_factory.mktemp("stack")
    patient = {"SIGN_IN_LIMIT_PER_ADDRESS": "none"}
    with platform(request, folder) as settings, running(folder, {**settings, **patient}) as started:
        yield started


@pytest.fixture
def as_stranger(tmp_path: Path, record_property: Callable[[str, object], None]) -> Fuzz:
    def run(plan: Plan, url: str, **caller: Any) -> Outcome:
        outcome = fuzz(plan, f"{url}/openapi.json", tmp_path, **caller)
        record_property("fuzzing", str(outcome))
        return outcome

    return run


@pytest.fixture
def as_customer(stack: Stack, as_stranger: Fuzz) -> Fuzz:
    return partial(as_stranger, **_credentials(Caller(stack)))


@pytest.fixture
def as_admin(stack: Stack, as_stranger: Fuzz) -> Fuzz:
    """As one of its own, whose token is good for ten minutes."""
    admin = an_admin(stack)
    furnish(stack, admin)
    return partial(as_stranger, **_credentials(admin, FUZZING_CLIENT=" ".join(a_client(stack))))


def _credentials(caller: Caller, **hints: str) -> dict[str, Any]:
    token = str(caller.http.headers["Authorization"]).removeprefix("Bearer ")
    return {"token": token, "hints": {"FUZZING_KEPT": f"{caller.me()['id']} {USER}", **hints}}
