"""Quorum queues count deliveries, and give up on a message after too many."""

from tests.conformance.lab import AT_LEAST_ONCE, QUORUM, Lab, serviced
from tests.conformance.test_dead_letters import to


def test_a_quorum_queue_tells_how_often_it_has_delivered(lab: Lab):
    queue = lab.queue(QUORUM)
    lab.publish(queue)

    counts = []
    for _ in range(4):
        got = lab.get(queue)
        counts.append(got.headers.get("x-delivery-count", 0))
        lab.channel.basic_nack(got.tag)

    assert counts == [0, 1, 2, 3]


def test_a_classic_queue_does_not_count(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    lab.channel.basic_nack(lab.get(queue).tag)

    got = lab.get(queue)

    assert "x-delivery-count" not in got.headers


def test_the_count_goes_on_over_dead_connections(lab: Lab):
    queue = lab.queue(QUORUM)
    lab.publish(queue)

    for _ in range(2):
        channel = lab.another_channel()
        lab.get(queue, channel)
        channel.connection.close()

    assert lab.get(queue).headers["x-delivery-count"] == 2


def test_a_message_over_the_limit_is_dead(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(AT_LEAST_ONCE | to(dead) | {"x-delivery-limit": 2})
    lab.publish(queue, b"poison")

    for _ in range(3):
        lab.channel.basic_nack(lab.get(queue).tag)

    got = lab.take(dead)
    death = got.headers["x-death"][0]
    assert (got.body, death["reason"], death["queue"], death["count"]) == (b"poison", "delivery_limit", queue, 1)
    assert lab.look(queue) is None


def test_a_limit_of_zero_allows_one_delivery(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(QUORUM | to(dead) | {"x-delivery-limit": 0})
    lab.publish(queue)

    lab.channel.basic_nack(lab.get(queue).tag)

    assert lab.take(dead).headers["x-death"][0]["reason"] == "delivery_limit"


def test_a_consumer_that_always_fails_sees_a_message_no_more_than_the_limit_allows(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(QUORUM | to(dead) | {"x-delivery-limit": 3})
    seen = []

    def fail(channel, method, properties, body):
        seen.append(method.redelivered)
        channel.basic_nack(method.delivery_tag)

    lab.channel.basic_consume(queue, fail)
    lab.publish(queue)

    serviced(lab.channel, until=lambda: len(seen) == 4)
    assert lab.take(dead)
    assert seen == [False, True, True, True]
