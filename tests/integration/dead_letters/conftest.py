"""A dead-letter queue on each broker."""

import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings


@pytest.fixture
def queue(broker_url: str) -> str:
    declare_topology(BrokerSettings(broker_url), "test")
    return broker_url
