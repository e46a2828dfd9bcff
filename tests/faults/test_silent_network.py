"""A network that falls silent without a word: nobody closes, nothing arrives."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from broker.connection import LONGEST_PAUSE_SECONDS
from chassis.store.store import Store
from tests.at_work import SHORT_HEARTBEAT_SECONDS, answers_on, ask_for_credit, relaying, reserved, working
from tests.eventually import eventually
from tests.faults.proxy import Proxy
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import add_user, count

DIRECTIONS = {
    "up": {"up": True, "down": False},
    "down": {"up": False, "down": True},
    "both": {"up": True, "down": True},
}
#: Pika grants so much on top of the heartbeat before it believes that nobody is there.
GRACE_SECONDS = 5.0


@pytest.mark.usefixtures("short_heartbeat")
def test_who_connects_into_a_silence_tries_again_until_it_is_over(
    user_store: Store[Any], broker: RabbitMQNode, proxy: Proxy, proxy_url: str
) -> None:
    user_id = add_user(user_store, told=True)
    proxy.blackhole(up=True, down=True)

    with (
        capture_logs() as logs,
        working(user_store, proxy_url) as consumer,
        relaying(user_store, proxy_url) as publisher,
    ):
        # More than one attempt each comes to nothing.
        eventually(lambda: min(_attempts(logs, name) for name in ("test-consumer", "test-relay")) > 1, 30)
        proxy.heal()
        eventually(lambda: consumer.ready and publisher.ready, LONGEST_PAUSE_SECONDS + 5)
        ask_for_credit(broker.url, user_id, 100)
        eventually(lambda: reserved(user_store, user_id) == 100 and count(user_store, "outbox") == 0)


def _attempts(logs: Any, connection: str) -> int:
    return sum(each["event"] == "broker.connection_lost" and each["connection"] == connection for each in logs)


@pytest.mark.usefixtures("short_heartbeat")
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_silence_is_noticed_and_after_it_worker_and_relay_go_on_by_themselves(
    direction: str, user_store: Store[Any], broker: RabbitMQNode, proxy: Proxy, proxy_url: str
) -> None:
    user_id = add_user(user_store)
    with working(user_store, proxy_url) as consumer, relaying(user_store, proxy_url) as publisher:
        eventually(lambda: consumer.ready and publisher.ready)
        ask_for_credit(broker.url, user_id, 100)
        eventually(lambda: reserved(user_store, user_id) == 100 and count(user_store, "outbox") == 0)

        proxy.blackhole(**DIRECTIONS[direction])
        ask_for_credit(broker.url, user_id, 20)
        add_user(user_store, told=True)
        eventually(
            lambda: not consumer.ready and not publisher.ready, 2 * SHORT_HEARTBEAT_SECONDS + GRACE_SECONDS + 5
        )
        ask_for_credit(broker.url, user_id, 3)
        proxy.heal()

        patience = 2 * SHORT_HEARTBEAT_SECONDS + LONGEST_PAUSE_SECONDS + 5
        eventually(lambda: reserved(user_store, user_id) == 123, patience)
        eventually(lambda: count(user_store, "outbox") == 0, patience)

    assert len(answers_on(broker.url)) == 4
    assert count(user_store, "inbox") == 3
