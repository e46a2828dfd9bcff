"""The whole stack as processes: on the embedded defaults, and on RabbitMQ with PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.api_client import Caller, an_admin
from tests.servers.postgresql import database
from tests.stack import Stack, running

EMBEDDED = "embedded+sqlite"
REAL = "rabbitmq+postgresql"


@pytest.fixture(params=[EMBEDDED, REAL])
def settings(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Broker and databases."""
    if request.param == EMBEDDED:
        yield {"BROKER_URL": request.getfixturevalue("embedded_url")}
        return
    broker_url = request.getfixturevalue("fresh_rabbitmq")
    server_url = request.getfixturevalue("postgresql_url")
    with (
        database(server_url, f"users_{uuid4().hex}") as users,
        database(server_url, f"orders_{uuid4().hex}") as orders,
    ):
        yield {"BROKER_URL": broker_url, "USER_DATABASE_URL": users, "ORDER_DATABASE_URL": orders}


@pytest.fixture
def stack(settings: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    (tmp_path / "var").mkdir()
    with running(tmp_path, settings) as started:
        yield started


@pytest.fixture
def admin(stack: Stack) -> Caller:
    return an_admin(stack)


@pytest.fixture
def lamp(admin: Caller) -> str:
    """A product of 250.00; a new user's credit is good for four."""
    answer = admin.http.put(
        f"{admin.orders}/products/lamp", json={"name": "Lamp", "unit_price_cents": 25_000}, timeout=20
    )
    assert answer.status_code == 201, answer.text
    return "lamp"
