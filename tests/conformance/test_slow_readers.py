"""A client that stops reading harms nobody but itself."""

from pika import spec

from tests.conformance.embedded import EmbeddedBroker
from tests.conformance.lab import Lab
from tests.conformance.raw_client import raw_client

MEBIBYTE = 1024 * 1024


def test_others_are_served_while_one_does_not_read(lab: Lab):
    flooded, queue = lab.queue(), lab.queue()
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()
        client.send(spec.Basic.Consume(queue=flooded, no_ack=False), 1)
        for _ in range(40):
            lab.publish(flooded, b"x" * MEBIBYTE)

        lab.publish(queue, b"served")

        assert lab.take(queue).body == b"served"


def test_what_it_did_not_read_is_redelivered_when_it_is_gone(lab: Lab):
    queue = lab.queue()
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()
        client.send(spec.Basic.Consume(queue=queue), 1)
        for _ in range(20):
            lab.publish(queue, b"x" * MEBIBYTE)

    assert [len(lab.take(queue).body) for _ in range(20)] == [MEBIBYTE] * 20


def test_the_embedded_broker_keeps_no_more_for_it_than_it_must(mortal: EmbeddedBroker):
    lab = Lab(mortal.url)
    queue = lab.queue()
    with raw_client(mortal.url) as client:
        client.open()
        client.open_channel()
        client.send(spec.Basic.Consume(queue=queue), 1)

        for _ in range(200):
            lab.publish(queue, b"x" * MEBIBYTE)

        assert mortal.memory_bytes < 200 * MEBIBYTE
    lab.clean_up()


def test_a_client_that_only_asks_and_never_reads_is_not_listened_to_for_ever(mortal: EmbeddedBroker):
    lab = Lab(mortal.url)
    queue = lab.queue()
    lab.publish(queue, b"x" * MEBIBYTE)
    with raw_client(mortal.url) as client:
        client.open()
        client.open_channel()

        for _ in range(1000):
            client.send(spec.Basic.Get(queue=queue), 1)
            client.send(spec.Basic.Recover(requeue=True), 1)

        lab.publish(queue, b"others are served")
        assert mortal.memory_bytes < 200 * MEBIBYTE
    lab.clean_up()
