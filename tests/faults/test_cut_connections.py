"""Connections that end while somebody works, and queues that go from under their readers."""

import threading
from typing import Any

from chassis.store.store import Store
from tests import brokers
from tests.at_work import SERVICE, ask_for_credit, reserved, reserving_after, working
from tests.eventually import eventually
from tests.faults.proxy import Proxy
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import add_user, count


def test_an_ack_that_comes_after_the_cut_is_harmless_and_the_redelivery_has_no_effect(
    user_store: Store[Any], broker: RabbitMQNode, proxy: Proxy, proxy_url: str
) -> None:
    user_id = add_user(user_store)
    begun, cut = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert cut.wait(20)

    with working(user_store, proxy_url, reserving_after(hold)) as consumer:
        eventually(lambda: consumer.ready)
        ask_for_credit(broker.url, user_id, 700)
        assert begun.wait(10)
        proxy.cut()
        eventually(lambda: consumer.ready and consumer._waiting.qsize() == 1)
        cut.set()
        eventually(lambda: consumer._waiting.qsize() == 0)

    assert (reserved(user_store, user_id), count(user_store, "outbox")) == (700, 1)
    assert brokers.depth(broker.url, SERVICE) == 0


def test_a_consumer_whose_queue_was_deleted_makes_it_again_and_reads_on(
    user_store: Store[Any], broker: RabbitMQNode
) -> None:
    user_id = add_user(user_store)

    with working(user_store, broker.url) as consumer:
        eventually(lambda: consumer.ready)
        with brokers.channel(broker.url) as channel:
            channel.queue_delete(SERVICE)
        eventually(lambda: not consumer.ready)
        eventually(lambda: consumer.ready)
        ask_for_credit(broker.url, user_id, 700)
        eventually(lambda: reserved(user_store, user_id) == 700)
