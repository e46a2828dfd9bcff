"""Whatever is sent to the running services, they answer as their documents say.

``FUZZING_CASES``, ``FUZZING_SECONDS``, ``FUZZING_SEED`` and ``FUZZING_PLATFORM`` make longer or other runs of it.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.api_client import Caller, an_admin
from tests.end_to_end.conftest import EMBEDDED, platform
from tests.eventually import eventually
from tests.fuzzing.outcome import Operation, Outcome
from tests.fuzzing.run import Plan, fuzz, in_sequence, one_by_one, until_found, wherever_it_leads
from tests.fuzzing.world import USER, a_client, furnish
from tests.servers.ports import free_ports, is_open
from tests.stack import Stack, running

#: For each operation, beside those that the document gives by its examples and limits.
CASES = int(os.environ.get("FUZZING_CASES", "40"))
SECONDS = int(os.environ.get("FUZZING_SECONDS", "6"))
SEED = int(os.environ.get("FUZZING_SEED", "1"))
ONE_BY_ONE, IN_SEQUENCE = one_by_one(SEED, CASES), in_sequence(SEED, SECONDS)

pytestmark = pytest.mark.timeout(120 + CASES + SECONDS)
SERVICES = pytest.mark.parametrize("service", ["user", "order"])
#: What nobody does by chance: it wants a password, or what was mailed.
BEYOND_REACH = {
    ("PUT", "/email-confirmations/{token}"),
    ("PUT", "/password-resets/{token}"),
    ("PUT", "/users/{user_id}/password"),
}

Fuzz = Callable[..., Outcome]


@pytest.fixture(scope="module", params=[os.environ.get("FUZZING_PLATFORM", EMBEDDED)])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack on which those who sign in after a run need not wait."""
    folder = tmp_path_factory.mktemp("stack")
    with (
        platform(request, folder) as settings,
        running(folder, {**settings, "SIGN_IN_LIMIT_PER_ADDRESS": "none"}) as started,
    ):
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
    return partial(as_stranger, **credentials(Caller(stack)))


@pytest.fixture
def as_admin(stack: Stack, as_stranger: Fuzz) -> Fuzz:
    """As one of its own, whose token is good for ten minutes."""
    admin = an_admin(stack)
    furnish(stack, admin)
    return partial(as_stranger, **credentials(admin, FUZZING_CLIENT=" ".join(a_client(stack))))


def credentials(caller: Caller, **hints: str) -> dict[str, Any]:
    token = str(caller.http.headers["Authorization"]).removeprefix("Bearer ")
    return {"token": token, "hints": {"FUZZING_KEPT": f"{caller.me()['id']} {USER}", **hints}}


@SERVICES
def test_every_request_is_answered_as_described(service: str, stack: Stack, as_admin: Fuzz) -> None:
    url = stack.url(service)

    outcome = as_admin(ONE_BY_ONE, url)

    assert outcome.status == 0, outcome.told
    assert described(url).keys() - outcome.succeeded <= BEYOND_REACH


@SERVICES
def test_every_sequence_of_requests_is_answered_as_described(service: str, stack: Stack, as_admin: Fuzz) -> None:
    outcome = as_admin(IN_SEQUENCE, stack.url(service))

    assert outcome.status == 0, outcome.told
    assert outcome.cases > 0


@SERVICES
def test_who_may_do_little_is_refused_as_described(service: str, stack: Stack, as_customer: Fuzz) -> None:
    outcome = as_customer(wherever_it_leads(one_by_one(SEED, CASES // 4)), stack.url(service))

    assert outcome.status == 0, outcome.told
    assert 403 in {status for _, status in outcome.valid}


@SERVICES
def test_a_stranger_is_let_in_nowhere_but_where_anybody_is(service: str, stack: Stack, as_stranger: Fuzz) -> None:
    url = stack.url(service)
    guarded = {operation for operation, told in described(url).items() if told["security"]}

    outcome = as_stranger(wherever_it_leads(one_by_one(SEED, CASES // 4)), url)

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


#: What tests/processes/api_with_defects.py has that these have to find: path and check.
DEFECTS = [
    (
        "order",
        one_by_one(SEED, 5),
        {
            ("/orders", "content_type_conformance"),
            ("/orders", "not_a_server_error"),
            ("/orders", "unsupported_method"),
            ("/orders/{order_id}/history", "ignored_auth"),
            ("/products", "negative_data_rejection"),
            ("/products", "response_schema_conformance"),
            ("/products/{sku}", "positive_data_acceptance"),
            ("/products/{sku}", "response_headers_conformance"),
            ("/products/{sku}", "status_code_conformance"),
        },
    ),
    (
        "order",
        until_found("ensure_resource_availability", in_sequence(SEED, 60)),
        {("/orders/{order_id}", "ensure_resource_availability")},
    ),
    ("user", until_found("use_after_free", in_sequence(SEED, 60)), {("/users/{user_id}", "use_after_free")}),
]


@pytest.mark.parametrize(
    ("service", "plan", "defects"), DEFECTS, ids=["order", "order in sequence", "user in sequence"]
)
def test_an_answer_that_is_not_as_described_is_seen(
    service: str, plan: Plan, defects: set[tuple[str, str]], stack: Stack, as_admin: Fuzz
) -> None:
    with api_with_defects(stack, service) as url:
        outcome = as_admin(plan, url)

    assert outcome.status == 1, outcome.told
    assert {(path, check) for (_, path), check in outcome.failed} >= defects


@contextmanager
def api_with_defects(stack: Stack, service: str) -> Iterator[str]:
    """The address of one more api process, a bad one."""
    (port,) = free_ports(1)
    name = f"{service}-api-with-defects"
    own = {f"{service.upper()}_PORT": str(port), "TOKEN_ISSUER": stack.url("user")}
    stack.spawn(
        name, [sys.executable, "-m", "tests.processes.api_with_defects", service], {**stack.environment, **own}
    )
    try:
        eventually(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        stack.terminate(name)
