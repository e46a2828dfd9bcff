"""How queues and exchanges end: deleted, purged, or with whom they belong to."""

import pytest
from pika.exceptions import ChannelClosedByBroker

from tests.conformance.lab import Lab, serviced
from tests.conformance.looking import gone
from tests.eventually import eventually


@pytest.mark.parametrize(
    "delete", [lambda channel, name: channel.queue_delete(name), lambda channel, name: channel.exchange_delete(name)]
)
def test_deleting_what_is_not_there_is_no_error(lab: Lab, delete):
    delete(lab.channel, lab.name())

    assert lab.channel.is_open


def test_an_exclusive_queue_is_locked_for_others(lab: Lab):
    name = lab.queue(exclusive=True, durable=False)

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.another_channel().queue_declare(name, passive=True)

    assert caught.value.reply_code == 405


def test_an_exclusive_queue_goes_with_its_connection(lab: Lab):
    owner = lab.another_channel()
    name = owner.queue_declare("", exclusive=True).method.queue

    owner.connection.close()

    eventually(lambda: gone(lab, name))


def test_an_auto_delete_queue_goes_with_its_last_consumer(lab: Lab):
    name = lab.queue(auto_delete=True, durable=False)
    channel = lab.another_channel()
    channel.basic_consume(name, print)

    channel.close()

    eventually(lambda: gone(lab, name))


def test_an_exclusive_consumer_is_alone(lab: Lab):
    queue = lab.queue()
    lab.channel.basic_consume(queue, print, exclusive=True)

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.another_channel().basic_consume(queue, print)

    assert caught.value.reply_code == 403


def test_a_consumer_learns_that_its_queue_was_deleted(lab: Lab):
    queue, cancelled = lab.queue(), []
    channel = lab.another_channel()
    channel.add_on_cancel_callback(cancelled.append)
    tag = channel.basic_consume(queue, print)

    lab.channel.queue_delete(queue)

    serviced(channel, until=lambda: cancelled)
    assert cancelled[0].method.consumer_tag == tag


def test_deleting_tells_how_many_messages_waited(lab: Lab):
    queue = lab.queue()
    for _ in range(3):
        lab.publish(queue)

    answer = lab.channel.queue_delete(queue).method

    assert answer.message_count == 3


def test_purging_forgets_what_waits_and_tells_how_many(lab: Lab):
    queue = lab.queue()
    for _ in range(3):
        lab.publish(queue)

    answer = lab.channel.queue_purge(queue).method

    assert answer.message_count == 3
    assert lab.look(queue) is None


def test_a_queue_in_use_is_not_deleted_if_it_should_be_unused(lab: Lab):
    queue = lab.queue()
    lab.another_channel().basic_consume(queue, print)

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.channel.queue_delete(queue, if_unused=True)

    assert caught.value.reply_code == 406


def test_a_queue_with_messages_is_not_deleted_if_it_should_be_empty(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.channel.queue_delete(queue, if_empty=True)

    assert caught.value.reply_code == 406


def test_a_bound_exchange_is_not_deleted_if_it_should_be_unused(lab: Lab):
    queue, exchange = lab.queue(), lab.exchange()
    lab.channel.queue_bind(queue, exchange, "a")

    with pytest.raises(ChannelClosedByBroker) as caught:
        lab.channel.exchange_delete(exchange, if_unused=True)

    assert caught.value.reply_code == 406
