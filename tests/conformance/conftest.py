"""Both brokers, one after the other, for every test that asks for a ``lab`` or a ``broker_url``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.embedded import EmbeddedBroker
from tests.conformance.lab import Lab


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One embedded broker for all tests that leave it alive."""
    broker = EmbeddedBroker(tmp_path_factory.mktemp("embedded") / "broker.sqlite3")
    broker.start()
    yield broker.url
    assert broker.stop() == 0


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def lab(broker_url: str) -> Iterator[Lab]:
    lab = Lab(broker_url)
    yield lab
    lab.clean_up()


@pytest.fixture
def embedded_lab(embedded_url: str) -> Iterator[Lab]:
    """A lab at the embedded broker alone."""
    lab = Lab(embedded_url)
    yield lab
    lab.clean_up()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """An embedded broker that the test may stop and kill."""
    broker = EmbeddedBroker(tmp_path / "broker.sqlite3")
    broker.start()
    yield broker
    if broker.process.poll() is None:
        broker.stop()
