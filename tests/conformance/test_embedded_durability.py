"""What the embedded broker confirmed is there after a restart, and after a kill."""

import time

import pika
import pytest

from tests.conformance.embedded import EmbeddedBroker
from tests.conformance.lab import AT_LEAST_ONCE, QUORUM
from tests.conformance.mortal import ENDS, at
from tests.conformance.test_dead_letters import to
from tests.eventually import eventually


@ENDS
def test_exchanges_queues_and_bindings_are_there_after_a_restart(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue, exchange = lab.queue(QUORUM | {"x-delivery-limit": 3}), lab.exchange()
        lab.channel.queue_bind(queue, exchange, "order.#")
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        lab.channel.queue_declare(queue, durable=True, arguments=QUORUM | {"x-delivery-limit": 3})
        lab.publish("order.placed", b"routed", exchange)
        assert lab.take(queue).body == b"routed"


@ENDS
def test_what_was_deleted_stays_deleted(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue, exchange, bound = lab.queue(), lab.exchange(), lab.queue()
        lab.channel.queue_bind(bound, "amq.topic", "a")
        lab.publish(queue)
        lab.channel.queue_unbind(bound, "amq.topic", "a")
        lab.channel.queue_delete(queue)
        lab.channel.exchange_delete(exchange)
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        lab.channel.queue_declare(queue, durable=True, arguments={"x-max-length": 1})
        lab.channel.exchange_declare(exchange, "fanout")
        with pytest.raises(pika.exceptions.UnroutableError):
            lab.publish("a", exchange="amq.topic")
        assert lab.look(queue) is None


@ENDS
def test_confirmed_messages_keep_their_order_and_their_content(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue = lab.queue()
        for each in range(50):
            lab.publish(queue, b"%d" % each, message_id=f"m-{each}", headers={"n": each})
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        got = [lab.take(queue) for _ in range(50)]
    assert [(each.body, each.properties.message_id, each.headers) for each in got] == [
        (b"%d" % each, f"m-{each}", {"n": each}) for each in range(50)
    ]


def test_transient_messages_and_queues_end_with_the_broker(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue, transient = lab.queue(), lab.queue(durable=False)
        lab.publish(queue, delivery_mode=1)
        lab.publish(transient)
        mortal.stop()

    mortal.start()

    with at(mortal) as lab:
        assert lab.look(queue) is None
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
            lab.waiting(transient)


def test_a_quorum_queue_keeps_even_transient_messages(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
        lab.publish(queue, b"kept", delivery_mode=1)
        mortal.kill()

    mortal.start()

    with at(mortal) as lab:
        assert lab.take(queue).body == b"kept"


@ENDS
def test_what_a_consumer_held_comes_again_and_its_deliveries_count(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
        lab.publish(queue)
        for _ in range(2):
            lab.channel.basic_nack(lab.get(queue).tag)
        lab.get(queue)
        lab.publish(queue, b"commits what is before it")
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        got = lab.get(queue)
    assert (got.method.redelivered, got.headers["x-delivery-count"]) == (True, 3)


def test_the_delivery_limit_holds_over_kills(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(AT_LEAST_ONCE | to(dead) | {"x-delivery-limit": 1})
        lab.publish(queue, b"kills its broker")

    for _ in range(2):
        with at(mortal) as lab:
            lab.get(queue)
            lab.publish(dead, b"commits what is before it")
            mortal.kill()
        mortal.start()

    with at(mortal) as lab:
        bodies = [lab.take(dead).body for _ in range(3)]
        assert bodies.count(b"kills its broker") == 1
        assert lab.look(queue) is None


def test_time_goes_on_while_the_broker_is_down(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(QUORUM | to(dead) | {"x-message-ttl": 300})
        lab.publish(queue, b"late")
        published = time.monotonic()
        mortal.kill()
    eventually(lambda: time.monotonic() - published > 0.4)

    mortal.start()

    with at(mortal) as lab:
        assert lab.take(dead).body == b"late"
