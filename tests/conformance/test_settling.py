"""Ack, nack, reject: who has a message after each, and in which order messages come."""

import pytest
from pika.exceptions import ChannelClosedByBroker

from tests.conformance.lab import QUORUM, Lab, serviced

KINDS = pytest.mark.parametrize("arguments", [None, QUORUM], ids=["classic", "quorum"])


@KINDS
def test_messages_come_in_the_order_of_their_publishing(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for number in range(200):
        lab.publish(queue, b"%d" % number)

    got = lab.consume(queue, lab.channel)

    serviced(lab.channel, until=lambda: len(got) == 200)
    assert [int(each.body) for each in got] == list(range(200))


@KINDS
def test_an_acked_message_is_gone(lab: Lab, arguments):
    queue = lab.queue(arguments)
    lab.publish(queue)
    channel = lab.another_channel()
    channel.basic_ack(lab.get(queue, channel).tag)

    channel.connection.close()

    assert lab.look(queue) is None


@KINDS
def test_an_unacked_message_waits_for_nobody_else(lab: Lab, arguments):
    queue = lab.queue(arguments)
    lab.publish(queue)

    lab.get(queue)

    assert lab.look(queue) is None


@KINDS
def test_a_multiple_ack_settles_all_up_to_its_tag(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for body in (b"1", b"2", b"3"):
        lab.publish(queue, body)
    channel = lab.another_channel()
    tags = [lab.get(queue, channel).tag for _ in range(3)]

    channel.basic_ack(tags[1], multiple=True)

    channel.connection.close()
    assert lab.take(queue).body == b"3"
    assert lab.look(queue) is None


def test_a_multiple_ack_of_tag_zero_settles_all(lab: Lab):
    queue = lab.queue()
    for _ in range(3):
        lab.publish(queue)
    channel = lab.another_channel()
    for _ in range(3):
        lab.get(queue, channel)

    channel.basic_ack(0, multiple=True)

    channel.connection.close()
    assert lab.look(queue) is None


@KINDS
def test_a_requeued_message_comes_again_marked_as_redelivered(lab: Lab, arguments):
    queue = lab.queue(arguments)
    lab.publish(queue, b"again")
    first = lab.get(queue)

    lab.channel.basic_nack(first.tag, requeue=True)

    second = lab.take(queue)
    assert (first.method.redelivered, second.method.redelivered) == (False, True)
    assert second.body == b"again"


def test_requeued_messages_go_back_to_their_places(lab: Lab):
    queue = lab.queue()
    for number in range(5):
        lab.publish(queue, b"%d" % number)
    held = [lab.get(queue) for _ in range(3)]

    lab.channel.basic_nack(held[1].tag)
    lab.channel.basic_nack(held[0].tag)
    lab.channel.basic_ack(held[2].tag)

    assert [lab.take(queue).body for _ in range(4)] == [b"0", b"1", b"3", b"4"]


@KINDS
def test_a_multiple_nack_gives_all_back(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for _ in range(3):
        lab.publish(queue)
    held = [lab.get(queue) for _ in range(3)]

    lab.channel.basic_nack(held[-1].tag, multiple=True, requeue=True)

    assert [lab.get(queue).method.redelivered for _ in range(3)] == [True, True, True]


@KINDS
def test_a_rejected_message_without_a_dead_letter_exchange_is_gone(lab: Lab, arguments):
    queue = lab.queue(arguments)
    lab.publish(queue)
    channel = lab.another_channel()

    channel.basic_reject(lab.get(queue, channel).tag, requeue=False)

    channel.connection.close()
    assert lab.look(queue) is None


def test_recover_brings_back_what_the_channel_holds(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    lab.get(queue)

    lab.channel.basic_recover(requeue=True)

    assert lab.take(queue).method.redelivered


def test_a_message_taken_without_ack_is_gone_at_once(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    channel = lab.another_channel()

    got = lab.consume(queue, channel, auto_ack=True)

    serviced(channel, until=lambda: got)
    channel.connection.close()
    assert lab.look(queue) is None


@pytest.mark.parametrize("settle", ["basic_ack", "basic_nack", "basic_reject"])
def test_an_unknown_delivery_tag_closes_the_channel(lab: Lab, settle: str):
    channel = lab.another_channel()

    getattr(channel, settle)(77)

    with pytest.raises(ChannelClosedByBroker, match="unknown delivery tag 77") as caught:
        channel.queue_declare("", exclusive=True)
    assert caught.value.reply_code == 406


def test_settling_twice_closes_the_channel(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    tag = lab.get(queue).tag
    lab.channel.basic_ack(tag)

    lab.channel.basic_ack(tag)

    with pytest.raises(ChannelClosedByBroker, match="unknown delivery tag"):
        lab.channel.queue_declare("", exclusive=True)
