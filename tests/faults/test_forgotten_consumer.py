"""A consumer that looks alive and gets nothing: the broker has forgotten it, and it was never told."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from broker import topology
from broker.connection import declare_topology
from broker.declaring import Declaring
from broker.settings import BrokerSettings
from chassis.store.store import Store
from tests import brokers
from tests.at_work import SERVICE, ask_for_credit, reserved, reserving_after, working
from tests.eventually import eventually
from tests.faults.frames import BASIC_CANCEL, FrameFilter
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import add_user


def test_a_consumer_that_was_forgotten_notices_that_messages_wait_and_connects_again(
    user_store: Store[Any], broker: RabbitMQNode, proxy_url: str, frames: FrameFilter
) -> None:
    user_id = add_user(user_store)
    with capture_logs() as logs, working(user_store, proxy_url) as consumer:
        eventually(lambda: consumer.ready)
        frames.swallow(BASIC_CANCEL)
        with brokers.channel(broker.url) as channel:
            channel.queue_delete(SERVICE)
        eventually(lambda: frames.swallowed)
        declare_topology(BrokerSettings(broker.url), "test")
        assert consumer.ready

        ask_for_credit(broker.url, user_id, 700)

        eventually(lambda: not consumer.ready, timeout=20)
        eventually(lambda: reserved(user_store, user_id) == 700, timeout=20)
        eventually(lambda: consumer.ready)
    assert any("ConsumerStuck" in each.get("error", "") for each in logs)


def test_a_queue_that_is_deleted_and_made_again_at_once_is_read_on(
    user_store: Store[Any], broker: RabbitMQNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.watchdog.IDLE_SECONDS", 6.0)
    user_id = add_user(user_store)
    with working(user_store, broker.url) as consumer:
        eventually(lambda: consumer.ready)
        # RabbitMQ 3.10 was seen to tell the consumer nothing then, and to lose what it delivered on that channel.
        with brokers.channel(broker.url) as channel:
            channel.queue_delete(SERVICE)
            Declaring(channel.connection).declare()
        ask_for_credit(broker.url, user_id, 700)

        eventually(lambda: reserved(user_store, user_id) == 700, timeout=30)


@pytest.mark.usefixtures("short_looks")
def test_a_long_handler_is_not_taken_for_a_forgotten_consumer(user_store: Store[Any], broker: RabbitMQNode) -> None:
    user_id = add_user(user_store)
    slow = reserving_after(lambda: _others_wait(broker.url))
    with capture_logs() as logs, working(user_store, broker.url, slow) as consumer:
        eventually(lambda: consumer.ready)
        for _ in range(3):
            ask_for_credit(broker.url, user_id, 1)
        eventually(lambda: reserved(user_store, user_id) == 3, timeout=30)
    assert not any("ConsumerStuck" in each.get("error", "") for each in logs)


@pytest.fixture
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.watchdog.LOOK_SECONDS", 0.3)


def _others_wait(url: str) -> None:
    """Take a few looks' time."""
    with brokers.channel(url) as channel:
        for _ in range(10):
            channel.connection.process_data_events(time_limit=0.3)
            channel.queue_declare(topology.dead_queue(SERVICE), passive=True)
