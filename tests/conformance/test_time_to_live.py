"""Messages that wait only so long."""

import time

from tests.conformance.lab import QUORUM, Lab
from tests.conformance.test_dead_letters import to
from tests.eventually import eventually


def test_a_message_waits_its_time_and_no_longer(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(QUORUM | to(dead) | {"x-message-ttl": 400})
    began = time.monotonic()

    lab.publish(queue)

    lab.take(dead)
    assert 0.39 <= time.monotonic() - began < 3


def test_expired_messages_move_on_in_order(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(to(dead) | {"x-message-ttl": 100})

    for number in range(50):
        lab.publish(queue, b"%d" % number)

    assert [int(lab.take(dead).body) for _ in range(50)] == list(range(50))


def test_a_message_that_a_consumer_holds_does_not_expire(lab: Lab):
    queue = lab.queue({"x-message-ttl": 100})
    lab.publish(queue)
    held = lab.get(queue)
    lab.publish(queue, b"the next")
    eventually(lambda: lab.waiting(queue) == 0)

    lab.channel.basic_ack(held.tag)

    assert lab.channel.is_open
    assert lab.look(queue) is None


def test_a_message_given_back_too_late_expires(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(to(dead) | {"x-message-ttl": 100})
    lab.publish(queue, b"late")
    held = lab.get(queue)
    lab.publish(queue, b"clock")
    assert lab.take(dead).body == b"clock"

    lab.channel.basic_nack(held.tag, requeue=True)

    assert lab.take(dead).body == b"late"


def test_a_message_may_have_its_own_time(lab: Lab):
    dead = lab.queue()
    queue = lab.queue(to(dead) | {"x-message-ttl": 60_000})

    lab.publish(queue, expiration="50")

    got = lab.take(dead)
    assert got.headers["x-death"][0]["original-expiration"] == "50"
    assert got.properties.expiration is None


def test_a_queue_without_dead_letters_forgets_what_expired(lab: Lab):
    queue = lab.queue({"x-message-ttl": 50})

    lab.publish(queue)

    eventually(lambda: lab.waiting(queue) == 0)
    assert lab.look(queue) is None
