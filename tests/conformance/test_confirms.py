"""What a confirm says, and what comes before it."""

from typing import Any

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, NackError, UnroutableError

from tests.conformance.lab import QUORUM, Lab, serviced


@pytest.mark.parametrize("arguments", [None, QUORUM], ids=["classic", "quorum"])
def test_a_confirmed_message_is_in_the_queue(lab: Lab, arguments: dict[str, Any] | None):
    queue = lab.queue(arguments)

    lab.publish(queue, b"safe")

    assert lab.take(queue).body == b"safe"


def test_every_publish_of_a_flood_is_confirmed_once(lab: Lab):
    queue = lab.queue()
    raw, confirmed = raw_confirms(lab.another_channel())

    for _ in range(2000):
        raw.basic_publish("", queue, b"x", pika.BasicProperties(delivery_mode=2))

    serviced(raw, until=lambda: confirmed and max(confirmed) == 2000)
    assert sorted(confirmed) == list(range(1, 2001))
    assert lab.waiting(queue) == 2000


def test_what_nobody_listens_to_comes_back_before_it_is_confirmed(lab: Lab):
    channel, events = lab.another_channel(), []
    channel._impl.add_on_return_callback(lambda _, method, *_rest: events.append(f"returned {method.reply_code}"))
    raw_confirms(channel, lambda tag: events.append(f"confirmed {tag}"))

    channel.basic_publish("amq.topic", lab.name(), b"x", mandatory=True)

    serviced(channel, until=lambda: len(events) == 2)
    assert events == ["returned 312", "confirmed 1"]


def test_a_returned_message_is_whole(lab: Lab):
    key = lab.name()

    with pytest.raises(UnroutableError) as caught:
        lab.publish(key, b"body", "amq.topic", message_id="m-1")

    returned = caught.value.messages[0]
    assert (returned.body, returned.properties.message_id) == (b"body", "m-1")
    assert (returned.method.exchange, returned.method.routing_key) == ("amq.topic", key)
    assert (returned.method.reply_code, returned.method.reply_text) == (312, "NO_ROUTE")


def test_without_mandatory_what_nobody_listens_to_is_confirmed(lab: Lab):
    channel = lab.another_channel()
    _, confirmed = raw_confirms(channel)

    channel.basic_publish("amq.topic", lab.name(), b"x")

    serviced(channel, until=lambda: confirmed == [1])


def test_an_unknown_exchange_closes_the_channel_alone(lab: Lab):
    channel = lab.another_channel()
    channel.confirm_delivery()

    with pytest.raises(ChannelClosedByBroker) as caught:
        channel.basic_publish(lab.name(), "a", b"x")

    assert caught.value.reply_code == 404
    assert channel.connection.channel().is_open


def test_a_full_queue_that_rejects_publishes_nacks_them(lab: Lab):
    queue = lab.queue({"x-max-length": 2, "x-overflow": "reject-publish"})
    lab.publish(queue, b"1")
    lab.publish(queue, b"2")

    with pytest.raises(NackError):
        lab.publish(queue, b"3")

    assert [lab.take(queue).body, lab.take(queue).body] == [b"1", b"2"]


def test_nacks_and_confirms_of_a_flood_are_told_apart(lab: Lab):
    queue = lab.queue({"x-max-length": 3, "x-overflow": "reject-publish"})
    channel, events = lab.another_channel(), {}
    raw_confirms(channel, lambda tag: events.setdefault(tag, "ack"), lambda tag: events.setdefault(tag, "nack"))

    for _ in range(10):
        channel.basic_publish("", queue, b"x", pika.BasicProperties(delivery_mode=2))

    serviced(channel, until=lambda: len(events) == 10)
    assert list(events.values()).count("ack") == 3


def ignore(_: int) -> None:
    pass


def raw_confirms(
    channel: BlockingChannel, on_ack: Any = ignore, on_nack: Any = ignore
) -> tuple[BlockingChannel, list[int]]:
    """Put the channel into confirm mode without waiting for each confirm; returns the numbers as they come."""
    confirmed: list[int] = []

    def note(frame: Any) -> None:
        method = frame.method
        act = on_nack if isinstance(method, pika.spec.Basic.Nack) else on_ack
        first = 1 if method.multiple else method.delivery_tag
        for tag in sorted(set(range(first, method.delivery_tag + 1)) - set(confirmed)):
            confirmed.append(tag)
            act(tag)

    done: list[Any] = []
    channel._impl.confirm_delivery(note, done.append)
    serviced(channel, until=lambda: done)
    return channel, confirmed
