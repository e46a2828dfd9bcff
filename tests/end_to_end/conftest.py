"""The whole stack as processes: on the embedded defaults, and on RabbitMQ with PostgreSQL and Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser
from redis import Redis

from tests import brokers
from tests.api_client import Caller, an_admin
from tests.browser import chromium
from tests.servers.postgresql import database
from tests.stack import Stack, running

EMBEDDED = "embedded+sqlite"
REAL = "rabbitmq+postgresql"


@contextmanager
def platform(request: pytest.FixtureRequest, folder: Path) -> Iterator[dict[str, str]]:
    """The settings that name broker and databases, fresh ones."""
    (folder / "var").mkdir()
    if request.param == EMBEDDED:
        with brokers.embedded(folder) as url:
            yield {"BROKER_URL": url}
        return
    url = brokers.cleared(request.getfixturevalue("rabbitmq_url"))
    server_url = request.getfixturevalue("postgresql_url")
    with (
        database(server_url, f"users_{uuid4().hex}") as users,
        database(server_url, f"orders_{uuid4().hex}") as orders,
    ):
        redis = emptied_redis(request.getfixturevalue("redis_url"))
        yield {"BROKER_URL": url, "USER_DATABASE_URL": users, "ORDER_DATABASE_URL": orders, "REDIS_URL": redis}


def emptied_redis(url: str) -> str:
    """Redis without what the stack before has cached: the ids of its users are the same."""
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="module", params=[EMBEDDED, REAL])
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
