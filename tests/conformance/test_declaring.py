"""Declaring and asking: what is answered, and what is refused with which code."""

import pytest
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker

from tests.conformance.lab import QUORUM, Lab, serviced


def test_declaring_again_tells_what_is_there(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    lab.consume(lab.queue(), lab.channel)

    answer = lab.channel.queue_declare(queue, durable=True).method

    assert (answer.queue, answer.message_count, answer.consumer_count) == (queue, 1, 0)


def test_asking_tells_messages_and_consumers(lab: Lab):
    queue = lab.queue()
    channel = lab.another_channel()
    channel.basic_qos(prefetch_count=1)
    got = lab.consume(queue, channel)
    for _ in range(3):
        lab.publish(queue)
    serviced(channel, until=lambda: got)

    answer = lab.channel.queue_declare(queue, passive=True).method

    assert (answer.message_count, answer.consumer_count) == (2, 1)


def test_a_server_named_queue_has_a_name_of_its_own(lab: Lab):
    names = {lab.channel.queue_declare("", exclusive=True).method.queue for _ in range(2)}

    assert len(names) == 2
    assert all(name.startswith("amq.gen-") for name in names)


def test_without_a_name_the_last_declared_queue_is_meant(lab: Lab):
    name = lab.channel.queue_declare("", exclusive=True).method.queue
    lab.channel.queue_bind("", "amq.direct", "")

    lab.publish(name, b"hello", "amq.direct")

    assert lab.get("").body == b"hello"


@pytest.mark.parametrize(
    "ask",
    [
        lambda channel, name: channel.queue_declare(name, passive=True),
        lambda channel, name: channel.exchange_declare(name, passive=True),
        lambda channel, name: channel.queue_purge(name),
        lambda channel, name: channel.queue_bind(name, "amq.topic", "a"),
        lambda channel, name: channel.basic_get(name),
        lambda channel, name: channel.basic_consume(name, print),
    ],
    ids=["passive queue", "passive exchange", "purge", "bind", "get", "consume"],
)
def test_what_is_not_there_is_not_found(lab: Lab, ask):
    with pytest.raises(ChannelClosedByBroker) as caught:
        ask(lab.channel, lab.name())

    assert caught.value.reply_code == 404
    assert "NOT_FOUND" in caught.value.reply_text


def test_binding_to_an_exchange_that_is_not_there_is_not_found(lab: Lab):
    queue = lab.queue()

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.channel.queue_bind(queue, lab.name(), "a")

    assert caught.value.reply_code == 404


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"durable": True}, {"durable": False}),
        ({"durable": True}, {"durable": True, "auto_delete": True}),
        ({"durable": True}, {"durable": True, "arguments": {"x-message-ttl": 5}}),
        ({"durable": True, "arguments": {"x-message-ttl": 5}}, {"durable": True}),
        ({"durable": True, "arguments": {"x-max-length": 5}}, {"durable": True, "arguments": {"x-max-length": 6}}),
        ({"durable": True}, {"durable": True, "arguments": QUORUM}),
    ],
)
def test_a_queue_declared_otherwise_is_a_failed_precondition(lab: Lab, first, second):
    name = lab.name()
    lab._queues.append(name)
    lab.channel.queue_declare(name, **first)

    with pytest.raises(ChannelClosedByBroker, match="inequivalent arg") as caught:
        lab.channel.queue_declare(name, **second)

    assert caught.value.reply_code == 406


def test_an_exchange_declared_otherwise_is_a_failed_precondition(lab: Lab):
    exchange = lab.exchange("topic")

    with pytest.raises(ChannelClosedByBroker, match="inequivalent arg 'type'") as caught:
        lab.channel.exchange_declare(exchange, "direct", durable=True)

    assert caught.value.reply_code == 406


@pytest.mark.parametrize(
    "arguments",
    [
        {"x-queue-type": "nope"},
        {"x-message-ttl": "soon"},
        {"x-message-ttl": -1},
        {"x-message-ttl": 10**14},
        {"x-max-length": -1},
        {"x-max-length": True},
        {"x-overflow": "nope"},
        {"x-dead-letter-exchange": 1},
        {"x-dead-letter-routing-key": "without an exchange"},
        {"x-delivery-limit": 3},
        {"x-dead-letter-strategy": "at-least-once"},
        QUORUM | {"x-dead-letter-strategy": "nope"},
    ],
    ids=str,
)
def test_an_argument_that_makes_no_sense_is_a_failed_precondition(lab: Lab, arguments):
    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.queue(arguments)

    assert caught.value.reply_code == 406


@pytest.mark.parametrize("options", [{"durable": False}, {"exclusive": True}, {"auto_delete": True}], ids=str)
def test_a_quorum_queue_is_durable_and_everybodys(lab: Lab, options):
    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.queue(QUORUM, **options)

    assert caught.value.reply_code == 406


@pytest.mark.parametrize(
    "do",
    [
        lambda channel: channel.queue_declare("amq.mine"),
        lambda channel: channel.exchange_declare("amq.mine", "topic"),
        lambda channel: channel.exchange_delete("amq.topic"),
        lambda channel: channel.exchange_declare("", "direct", durable=True),
        lambda channel: channel.exchange_delete(""),
    ],
    ids=["queue", "exchange", "delete amq.topic", "declare default", "delete default"],
)
def test_what_is_the_brokers_own_is_refused(lab: Lab, do):
    with pytest.raises(ChannelClosedByBroker) as caught:
        do(lab.channel)

    assert caught.value.reply_code == 403


def test_an_unknown_exchange_type_is_refused(lab: Lab):
    channel = lab.another_channel()

    with pytest.raises((ConnectionClosedByBroker, ChannelClosedByBroker)) as caught:
        channel.exchange_declare(lab.name(), "nope")

    # RabbitMQ 3.10 closes the connection, 4.0 the channel alone.
    assert caught.value.reply_code in {503, 406}
