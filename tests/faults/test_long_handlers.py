"""Handlers that take longer than the broker likes."""

import threading
from typing import Any

import pytest

from chassis.store.store import Store
from tests import brokers
from tests.at_work import SERVICE, ask_for_credit, reserved, reserving_after, working
from tests.eventually import eventually
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import add_user, count

#: Longer than both pika and RabbitMQ wait for somebody who doesn't beat, with a heartbeat of one second.
LONG_SECONDS = 8.0


@pytest.mark.usefixtures("short_heartbeat")
def test_a_handler_longer_than_the_heartbeat_costs_no_connection_and_is_acked_once(
    user_store: Store[Any], broker: RabbitMQNode
) -> None:
    user_id = add_user(user_store)
    times: list[int] = []

    def hold() -> None:
        times.append(1)
        threading.Event().wait(LONG_SECONDS)

    with working(user_store, broker.url, reserving_after(hold)) as consumer:
        eventually(lambda: consumer.ready)
        first = consumer._current
        ask_for_credit(broker.url, user_id, 700)
        eventually(lambda: reserved(user_store, user_id) == 700, LONG_SECONDS + 10)
        assert consumer._current is first

    assert (len(times), brokers.depth(broker.url, SERVICE)) == (1, 0)


def test_a_handler_longer_than_the_broker_waits_for_acks_has_one_effect_and_the_next_is_handled(
    user_store: Store[Any], impatient_broker: RabbitMQNode
) -> None:
    user_id, url = add_user(user_store), impatient_broker.url
    timed_out = threading.Event()

    with working(user_store, url, reserving_after(lambda: timed_out.wait(20))) as consumer:
        eventually(lambda: consumer.ready)
        ask_for_credit(url, user_id, 700)
        eventually(lambda: not consumer.ready, 15)
        timed_out.set()
        ask_for_credit(url, user_id, 30)
        eventually(lambda: reserved(user_store, user_id) == 730)
        eventually(lambda: left(impatient_broker) == 0)

    assert count(user_store, "outbox") == 2


def left(node: RabbitMQNode) -> int:
    """How many messages are ready, or held by somebody."""
    listed = dict(line.split() for line in node.ctl("list_queues", "name", "messages").splitlines())
    return int(listed[SERVICE])
