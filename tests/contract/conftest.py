"""What the tests of contracts may ask for."""

import os

import pytest

from tests.contract.breaking import find_oasdiff


@pytest.fixture(scope="session")
def oasdiff() -> str:
    """Where oasdiff is."""
    found = find_oasdiff()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("oasdiff is not installed: run `npm ci --prefix tests/node`")
    if found is None:
        pytest.skip("oasdiff is not installed")
    return found
