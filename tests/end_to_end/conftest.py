"""The whole stack as processes: on the embedded defaults, and on RabbitMQ with a database server and Redis."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from redis import Redis

from tests import brokers
from tests.api_client import Caller, an_admin
from tests.browser import chromium
from tests.matrix import PLATFORMS
from tests.servers.databases import both_databases
from tests.stack import Stack, running


@contextmanager
def platform(request: pytest.FixtureRequest, folder: Path) -> Iterator[dict[str, str]]:
    """The settings that name broker and databases, fresh ones."""
    (folder / "var").mkdir()
    broker, database = request.param.split("+")
    settings: dict[str, str] = {}
    with ExitStack() as started:
        if broker == "embedded":
            settings["BROKER_URL"] = started.enter_context(brokers.embedded(folder))
        else:
            settings["BROKER_URL"] = brokers.cleared(request.getfixturevalue("rabbitmq_url"))
            settings["REDIS_URL"] = emptied_redis(request.getfixturevalue("redis_url"))
        if database != "sqlite":
            settings |= started.enter_context(both_databases(request.getfixturevalue(f"{database}_url")))
        yield settings


def emptied_redis(url: str) -> str:
    """Redis without what the stack before has cached: the ids of its users are the same."""
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="module", params=PLATFORMS)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack that the tests of a module share: who stops a process starts it again."""
    folder = tmp_path_factory.mktemp("stack")
    with platform(request, folder) as settings, running(folder, settings) as started:
        yield started


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Caller:
    return an_admin(stack)


@pytest.fixture(scope="module")
def lamp(admin: Caller) -> str:
    """A product of 250.00; a new user's credit is good for four."""
    answer = admin.http.put(
        f"{admin.orders}/products/lamp", json={"name": "Lamp", "unit_price_cents": 25_000}, timeout=20
    )
    assert answer.status_code == 201, answer.text
    return "lamp"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
