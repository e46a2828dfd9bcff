"""Where messages go."""

import pytest
from pika.exceptions import UnroutableError

from tests.conformance.lab import Lab


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("order.placed.v1", "order.placed.v1", True),
        ("order.placed.v1", "order.placed.v2", False),
        ("order.*.v1", "order.placed.v1", True),
        ("order.*.v1", "order.v1", False),
        ("order.*", "order.placed.v1", False),
        ("*", "order", True),
        ("*", "", False),
        ("", "", True),
        ("*.*", "order", False),
        ("order.#", "order", True),
        ("order.#", "order.placed.v1", True),
        ("order.#", "orders.placed", False),
        ("#", "", True),
        ("#", "a.b.c.d", True),
        ("#.v1", "v1", True),
        ("#.v1", "order.placed.v1", True),
        ("#.v1", "order.placed.v2", False),
        ("order.#.v1", "order.v1", True),
        ("order.#.v1", "order.a.b.v1", True),
        ("#.a.#", "b.a", True),
        ("#.a.#", "b.c", False),
        ("*.#", "a", True),
        ("*.#.b", "a.b", True),
        ("a..b", "a..b", True),
        ("a.*.b", "a..b", True),
    ],
)
def test_a_topic_pattern_fits_by_words(lab: Lab, pattern: str, key: str, fits: bool):
    queue, exchange = lab.queue(), lab.exchange()
    lab.channel.queue_bind(queue, exchange, pattern)

    routed = is_routed(lab, exchange, key)

    assert routed == fits


def test_a_queue_bound_twice_gets_one_copy(lab: Lab):
    queue, exchange = lab.queue(), lab.exchange()
    lab.channel.queue_bind(queue, exchange, "order.#")
    lab.channel.queue_bind(queue, exchange, "#.v1")

    lab.publish("order.placed.v1", exchange=exchange)

    assert lab.waiting(queue) == 1


def test_every_bound_queue_gets_its_copy(lab: Lab):
    one, other, exchange = lab.queue(), lab.queue(), lab.exchange("fanout")
    lab.channel.queue_bind(one, exchange)
    lab.channel.queue_bind(other, exchange)

    lab.publish("anything", b"news", exchange)

    assert [lab.take(one).body, lab.take(other).body] == [b"news", b"news"]


def test_a_direct_exchange_compares_keys_literally(lab: Lab):
    queue, exchange = lab.queue(), lab.exchange("direct")
    lab.channel.queue_bind(queue, exchange, "a.*")

    routed = [is_routed(lab, exchange, "a.*"), is_routed(lab, exchange, "a.b")]

    assert routed == [True, False]


def test_an_unbound_queue_gets_nothing_more(lab: Lab):
    queue, exchange = lab.queue(), lab.exchange()
    lab.channel.queue_bind(queue, exchange, "a")
    lab.channel.queue_unbind(queue, exchange, "a")

    routed = is_routed(lab, exchange, "a")

    assert not routed


def test_the_default_exchange_leads_to_the_queue_of_that_name(lab: Lab):
    queue = lab.queue()

    lab.publish(queue, b"hello")

    assert lab.take(queue).body == b"hello"


def test_address_properties_and_headers_arrive_as_they_were_sent(lab: Lab):
    queue, exchange = lab.queue(), lab.exchange()
    lab.channel.queue_bind(queue, exchange, "#")
    headers = {
        "text": "grün",
        "number": 7,
        "big": 2**40,
        "flag": True,
        "none": None,
        "list": [1, "a"],
        "table": {"a": 1},
    }

    lab.publish(
        "order.placed.v1", b"x", exchange, message_id="m-1", type="order.placed.v1", timestamp=7, headers=headers
    )

    got = lab.take(queue)
    assert (got.method.exchange, got.method.routing_key) == (exchange, "order.placed.v1")
    assert (got.properties.message_id, got.properties.type, got.properties.timestamp) == ("m-1", "order.placed.v1", 7)
    assert got.headers == headers


def is_routed(lab: Lab, exchange: str, key: str) -> bool:
    try:
        lab.publish(key, exchange=exchange)
    except UnroutableError:
        return False
    return True
