"""What a consumer held when it died comes again, to somebody else."""

import socket

import pytest

from tests.conformance.lab import QUORUM, Lab, serviced
from tests.eventually import eventually

KINDS = pytest.mark.parametrize("arguments", [None, QUORUM], ids=["classic", "quorum"])


@KINDS
def test_what_a_closed_channel_held_is_redelivered(lab: Lab, arguments):
    queue = lab.queue(arguments)
    lab.publish(queue, b"held")
    channel = lab.another_channel()
    lab.get(queue, channel)

    channel.close()

    assert lab.get(queue).method.redelivered


@KINDS
def test_what_a_dead_connection_held_is_redelivered_in_order(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for number in range(10):
        lab.publish(queue, b"%d" % number)
    channel = lab.another_channel()
    got = lab.consume(queue, channel)
    serviced(channel, until=lambda: len(got) == 10)

    cut(channel)

    again = [lab.get(queue) for _ in range(10)]
    assert [int(each.body) for each in again] == list(range(10))
    assert all(each.method.redelivered for each in again)


def test_a_waiting_consumer_takes_over(lab: Lab):
    queue = lab.queue()
    dying, heir = lab.another_channel(), lab.another_channel()
    first = lab.consume(queue, dying)
    lab.publish(queue, b"inherited")
    serviced(dying, until=lambda: first)
    second = lab.consume(queue, heir)

    cut(dying)

    serviced(heir, until=lambda: second)
    assert second[0].method.redelivered


def test_a_cancelled_consumer_keeps_what_it_holds(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    channel = lab.another_channel()
    got = []
    tag = channel._impl.basic_consume(queue, lambda _, *parts: got.append(parts))
    serviced(channel, until=lambda: got)

    channel._impl.basic_cancel(tag)
    channel.queue_declare(queue, passive=True)

    assert lab.look(queue) is None
    channel.basic_ack(got[0][0].delivery_tag)
    eventually(lambda: channel.queue_declare(queue, passive=True).method.message_count == 0)


def cut(channel) -> None:
    """End the connection as a killed process would: without a word."""
    channel.connection._impl._transport._sock.shutdown(socket.SHUT_RDWR)
