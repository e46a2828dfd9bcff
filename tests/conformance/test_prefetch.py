"""How much a consumer holds at once, and how consumers share."""

import pytest

from tests.conformance.lab import QUORUM, Lab, serviced

KINDS = pytest.mark.parametrize("arguments", [None, QUORUM], ids=["classic", "quorum"])


@KINDS
def test_a_consumer_holds_no_more_than_its_prefetch(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for _ in range(5):
        lab.publish(queue)
    lab.channel.basic_qos(prefetch_count=2)

    got = lab.consume(queue, lab.channel)

    serviced(lab.channel, until=lambda: len(got) == 2)
    lab.connection.process_data_events(0.1)
    assert len(got) == 2
    assert lab.waiting(queue) == 3


@KINDS
def test_an_ack_makes_room_for_the_next(lab: Lab, arguments):
    queue = lab.queue(arguments)
    for _ in range(5):
        lab.publish(queue)
    lab.channel.basic_qos(prefetch_count=2)
    got = lab.consume(queue, lab.channel)
    serviced(lab.channel, until=lambda: len(got) == 2)

    lab.channel.basic_ack(got[1].tag, multiple=True)

    serviced(lab.channel, until=lambda: len(got) == 4)


def test_each_consumer_has_the_prefetch_of_its_start(lab: Lab):
    queue, other = lab.queue(), lab.queue()
    for _ in range(5):
        lab.publish(queue)
        lab.publish(other)
    channel = lab.another_channel()
    channel.basic_qos(prefetch_count=1)
    narrow = lab.consume(queue, channel)
    channel.basic_qos(prefetch_count=3)

    wide = lab.consume(other, channel)

    serviced(channel, until=lambda: len(wide) == 3)
    channel.connection.process_data_events(0.1)
    assert (len(narrow), len(wide)) == (1, 3)


def test_many_consumers_get_fair_shares(lab: Lab):
    queue = lab.queue()
    channels = [lab.another_channel() for _ in range(8)]
    got = [lab.consume(queue, channel, auto_ack=True) for channel in channels]

    for _ in range(160):
        lab.publish(queue)

    serviced(*channels, until=lambda: sum(map(len, got)) == 160)
    assert [len(each) for each in got] == [20] * 8


def test_a_busy_consumer_is_passed_over(lab: Lab):
    queue = lab.queue()
    busy, idle = lab.another_channel(), lab.another_channel()
    busy.basic_qos(prefetch_count=1)
    held = lab.consume(queue, busy)
    taken = lab.consume(queue, idle, auto_ack=True)

    for _ in range(20):
        lab.publish(queue)

    serviced(busy, idle, until=lambda: len(held) + len(taken) == 20)
    assert len(held) == 1
