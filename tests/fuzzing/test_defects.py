"""An answer that is not as described is seen: an api process with planted defects is found out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.eventually import eventually
from tests.fuzzing.conftest import SEED, TIMEOUT, Fuzz
from tests.fuzzing.run import in_sequence, one_by_one, until_found
from tests.servers.ports import free_ports, is_open
from tests.stack import Stack

pytestmark = TIMEOUT
#: What tests/processes/api_with_defects.py does at once: path, and the check that notices.
DEFECTS = {
    ("/orders", "content_type_conformance"),
    ("/orders", "not_a_server_error"),
    ("/orders", "unsupported_method"),
    ("/orders/{order_id}/history", "ignored_auth"),
    ("/products", "allow_header_conformance"),
    ("/products", "negative_data_rejection"),
    ("/products", "response_schema_conformance"),
    ("/products/{sku}", "positive_data_acceptance"),
    ("/products/{sku}", "response_headers_conformance"),
    ("/products/{sku}", "status_code_conformance"),
}
#: And what it does only after something else.
LATER = {
    "order": ("/orders", "ensure_resource_availability"),
    "user": ("/users", "use_after_free"),
}


def test_what_is_wrong_with_a_single_answer_is_seen(stack: Stack, as_admin: Fuzz) -> None:
    with api_with_defects(stack, "order") as url:
        outcome = as_admin(one_by_one(SEED, 5), url)

    assert outcome.status == 1, outcome.told
    assert {(path, check) for (_, path), check in outcome.failed} >= DEFECTS


@pytest.mark.parametrize("service", LATER)
def test_what_is_wrong_after_another_answer_is_seen(service: str, stack: Stack, as_admin: Fuzz) -> None:
    path, check = LATER[service]

    with api_with_defects(stack, service) as url:
        outcome = as_admin(until_found(check, path, in_sequence(SEED, 60)), url)

    assert outcome.status == 1, outcome.told
    assert {failed for _, failed in outcome.failed} == {check}


@contextmanager
def api_with_defects(stack: Stack, service: str) -> Iterator[str]:
    """The address of one more api process, a bad one."""
    (port,) = free_ports(1)
    name = f"{service}-api-with-defects"
    own = {f"{service.upper()}_PORT": str(port), "TOKEN_ISSUER": stack.url("user")}
    command = [sys.executable, "-m", "tests.processes.api_with_defects", service]
    stack.spawn(name, command, {**stack.environment, **own})
    try:
        eventually(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        stack.terminate(name)
