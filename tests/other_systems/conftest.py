"""One running stack for all that other systems do with it, on each platform."""

from collections.abc import Iterator

import pytest

from tests.api_client import Caller, an_admin
from tests.end_to_end.conftest import platform
from tests.matrix import USUAL_PLATFORMS
from tests.stack import Stack, running


@pytest.fixture(scope="package", params=USUAL_PLATFORMS)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack that the tests of this folder share."""
    folder = tmp_path_factory.mktemp("stack")
    with platform(request, folder) as settings, running(folder, settings) as started:
        yield started


@pytest.fixture(scope="package")
def admin(stack: Stack) -> Caller:
    return an_admin(stack)


@pytest.fixture(scope="package")
def ada(stack: Stack) -> Caller:
    """Somebody who has signed up."""
    return Caller(stack)


@pytest.fixture
def broker_url(stack: Stack) -> str:
    """Where the stack's broker is."""
    return stack.environment["BROKER_URL"]
