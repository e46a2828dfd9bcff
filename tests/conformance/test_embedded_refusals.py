"""What the embedded broker doesn't do it refuses with 540; nothing is ignored in silence."""

import subprocess

import pytest
from pika import BasicProperties, spec
from pika.exceptions import ConnectionClosedByBroker

from tests.conformance.embedded import ROOT, EmbeddedBroker
from tests.conformance.lab import Lab


@pytest.mark.parametrize(
    "do",
    [
        lambda channel, _: channel.tx_select(),
        lambda channel, _: channel.exchange_bind("amq.topic", "amq.fanout", "a"),
        lambda channel, name: channel.exchange_declare(name, "headers"),
        lambda channel, name: channel.exchange_declare(name, "topic", arguments={"alternate-exchange": "a"}),
        lambda channel, name: channel.queue_declare(name, arguments={"x-expires": 1000}),
        lambda channel, name: channel.queue_declare(name, arguments={"x-single-active-consumer": True}),
        lambda channel, name: channel.queue_declare(name, arguments={"x-max-length-bytes": 1}),
        lambda channel, name: channel.queue_declare(name, arguments={"x-of-the-future": 1}),
        lambda channel, _: channel.basic_qos(prefetch_size=1),
        lambda channel, _: channel.basic_qos(prefetch_count=1, global_qos=True),
        lambda channel, _: channel.basic_recover(requeue=False),
    ],
    ids=[
        "transactions",
        "exchange to exchange",
        "headers exchange",
        "alternate exchange",
        "expiring queue",
        "single active consumer",
        "length in bytes",
        "unknown argument",
        "prefetch in bytes",
        "prefetch of a channel",
        "recover to the same consumer",
    ],
)
def test_what_is_not_implemented_closes_the_connection_with_540(embedded_lab: Lab, do):
    channel = embedded_lab.another_channel()

    with pytest.raises(ConnectionClosedByBroker) as caught:
        do(channel, embedded_lab.name())

    assert caught.value.reply_code == 540


@pytest.mark.parametrize(
    ("method", "properties"),
    [
        (spec.Basic.Publish(exchange="", routing_key="a", immediate=True), BasicProperties()),
        (spec.Basic.Publish(exchange="", routing_key="a"), BasicProperties(headers={"CC": ["b"]})),
        (spec.Basic.Publish(exchange="", routing_key="a"), BasicProperties(headers={"BCC": ["b"]})),
    ],
    ids=["immediate", "CC", "BCC"],
)
def test_publishing_in_a_way_that_is_not_implemented_closes_the_connection_with_540(embedded_lab, method, properties):
    channel = embedded_lab.another_channel()

    channel._impl._send_method(method, (properties, b"x"))

    with pytest.raises(ConnectionClosedByBroker) as caught:
        channel.queue_declare("", exclusive=True)
    assert caught.value.reply_code == 540


def test_consumer_arguments_are_refused(embedded_lab: Lab):
    queue = embedded_lab.queue()

    with pytest.raises(ConnectionClosedByBroker) as caught:
        embedded_lab.channel.basic_consume(queue, print, arguments={"x-priority": 1})

    assert caught.value.reply_code == 540


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_it_serves_the_loopback_alone(tmp_path, host):
    command = EmbeddedBroker(tmp_path / "broker.sqlite3").command()

    ended = subprocess.run(
        [*command, "--host", host], check=False, cwd=ROOT, capture_output=True, text=True, timeout=10
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == (f"{host} is not a loopback address, and this broker serves its own machine alone")
