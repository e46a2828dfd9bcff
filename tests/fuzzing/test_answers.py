"""Whatever is sent to the running services, they answer as their documents say."""

from typing import Any

import pytest
import requests

from tests.fuzzing.conftest import CASES, SECONDS, SEED, TIMEOUT, Fuzz
from tests.fuzzing.outcome import Operation
from tests.fuzzing.run import in_sequence, one_by_one, wherever_it_leads
from tests.stack import Stack

pytestmark = [TIMEOUT, pytest.mark.parametrize("service", ["user", "order"])]
#: For callers who get nowhere, however often they try.
FEW = CASES // 8
#: What nobody does by chance: it wants a password, or what was mailed.
BEYOND_REACH = {
    ("PUT", "/email-confirmations/{token}"),
    ("PUT", "/password-resets/{token}"),
    ("PUT", "/users/{user_id}/password"),
}


def test_every_request_is_answered_as_described(service: str, stack: Stack, as_admin: Fuzz) -> None:
    url = stack.url(service)

    outcome = as_admin(one_by_one(SEED, CASES), url)

    assert outcome.status == 0, outcome.told
    assert described(url).keys() - outcome.succeeded <= BEYOND_REACH


def test_every_sequence_of_requests_is_answered_as_described(service: str, stack: Stack, as_admin: Fuzz) -> None:
    outcome = as_admin(in_sequence(SEED, SECONDS), stack.url(service))

    assert outcome.status == 0, outcome.told
    assert outcome.cases > 0


def test_who_may_do_little_is_refused_as_described(service: str, stack: Stack, as_customer: Fuzz) -> None:
    outcome = as_customer(wherever_it_leads(one_by_one(SEED, FEW)), stack.url(service))

    assert outcome.status == 0, outcome.told
    assert 403 in {status for _, status in outcome.valid}


def test_a_stranger_is_let_in_nowhere_but_where_anybody_is(service: str, stack: Stack, as_stranger: Fuzz) -> None:
    url = stack.url(service)
    guarded = {operation for operation, told in described(url).items() if told["security"]}

    outcome = as_stranger(wherever_it_leads(one_by_one(SEED, FEW)), url)

    assert outcome.status == 0, outcome.told
    assert {status for operation, status in outcome.valid if operation in guarded} == {401}
    assert {status for operation, status in outcome.invalid if operation in guarded} <= {401, 404, 415}


def described(url: str) -> dict[Operation, dict[str, Any]]:
    paths = requests.get(f"{url}/openapi.json", timeout=20).json()["paths"]
    return {
        (method.upper(), path): operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method != "parameters"
    }
