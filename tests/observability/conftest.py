"""One running stack that all of these tests look at: who stops a process starts it again."""

from collections.abc import Iterator

import pytest

from tests.api_client import Caller, an_admin
from tests.observability.collector import Collector, collecting
from tests.observability.embedded import Embedded
from tests.observability.prometheus import Prometheus, scraping
from tests.stack import Stack, running


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Where the stack sends its traces."""
    with collecting() as started:
        yield started


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The broker of the stack: who stops it starts it again."""
    broker = Embedded(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session", params=["observed"])
def stack(tmp_path_factory: pytest.TempPathFactory, embedded: Embedded, collector: Collector) -> Iterator[Stack]:
    traces = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    folder = tmp_path_factory.mktemp("observed")
    (folder / "var").mkdir()
    with running(folder, {"BROKER_URL": embedded.url, **traces}) as started:
        yield started


@pytest.fixture(scope="session")
def prometheus(stack: Stack) -> Iterator[Prometheus]:
    """It sees whatever happens from its start on."""
    with scraping(stack, stack.folder / "prometheus") as started:
        yield started


@pytest.fixture(scope="session")
def admin(stack: Stack) -> Caller:
    return an_admin(stack)


@pytest.fixture(scope="session")
def lamp(admin: Caller) -> str:
    """A product of 250.00; a new user's credit is good for four."""
    answer = admin.http.put(
        f"{admin.orders}/products/lamp", json={"name": "Lamp", "unit_price_cents": 25_000}, timeout=20
    )
    assert answer.status_code == 201, answer.text
    return "lamp"
