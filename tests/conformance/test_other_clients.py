"""Clients that are not pika: whoever speaks AMQP 0-9-1 can talk to either broker."""

import asyncio
import os
import shutil
import subprocess
from urllib.parse import urlsplit

import aio_pika
import kombu
import pytest

from tests.conformance.lab import Lab

TIMEOUT_SECONDS = 10


def test_kombu_publishes_and_consumes(lab: Lab):
    name, got = lab.queue(), []
    queue = kombu.Queue(name, durable=True)

    def take(body, message):
        got.append(body)
        message.ack()

    with kombu.Connection(lab.url, transport_options={"confirm_publish": True}) as connection:
        connection.Producer().publish({"n": 1}, routing_key=name, declare=[queue], serializer="json", delivery_mode=2)
        with connection.Consumer(queue, callbacks=[take]):
            connection.drain_events(timeout=TIMEOUT_SECONDS)

    assert got == [{"n": 1}]
    assert lab.look(name) is None


def test_kombu_declares_an_exchange_with_its_queue(lab: Lab):
    exchange = kombu.Exchange(lab.name(), "topic", durable=True)
    queue = kombu.Queue(lab.name(), exchange, routing_key="order.#", durable=True)
    lab._queues.append(queue.name)
    lab._exchanges.append(exchange.name)

    with kombu.Connection(lab.url) as connection:
        queue(connection.default_channel).declare()

    lab.publish("order.placed", b"x", exchange.name)
    assert lab.take(queue.name).body == b"x"


def test_aio_pika_publishes_with_confirms_and_consumes(lab: Lab):
    name = lab.queue()

    bodies = asyncio.run(asyncio.wait_for(over_aio_pika(lab.url, name), TIMEOUT_SECONDS))

    assert bodies == [b"%d" % number for number in range(100)]
    assert lab.look(name) is None


async def over_aio_pika(url: str, name: str) -> list[bytes]:
    bodies = []
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=10)
        publish = channel.default_exchange.publish
        await asyncio.gather(*[publish(aio_pika.Message(b"%d" % number), name) for number in range(100)])
        queue = await channel.get_queue(name)
        async with queue.iterator() as messages:
            async for message in messages:
                await message.ack()
                bodies.append(message.body)
                if len(bodies) == 100:
                    break
    return bodies


def test_aio_pika_learns_of_an_unroutable_message(lab: Lab):
    async def publish() -> None:
        async with await aio_pika.connect(lab.url) as connection:
            channel = await connection.channel(on_return_raises=True)
            await channel.default_exchange.publish(aio_pika.Message(b"x"), lab.name(), mandatory=True)

    with pytest.raises(aio_pika.exceptions.DeliveryError):
        asyncio.run(asyncio.wait_for(publish(), TIMEOUT_SECONDS))


@pytest.fixture
def amqp_tools() -> None:
    """Debian's amqp-tools (librabbitmq)."""
    if shutil.which("amqp-publish") is None:
        missing = "amqp-tools is not installed: amqp-publish, amqp-get and amqp-consume are not tried"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


def address(lab: Lab) -> list[str]:
    """Options for amqp-tools; a URL that ends with a slash is the virtual host "" to them."""
    parts = urlsplit(lab.url)
    return [
        f"--server={parts.hostname}",
        f"--port={parts.port}",
        f"--username={parts.username}",
        f"--password={parts.password}",
    ]


def run(*command: str, input: bytes = b"") -> bytes:  # noqa: A002 as subprocess names it
    return subprocess.run(command, input=input, capture_output=True, check=True, timeout=TIMEOUT_SECONDS).stdout


@pytest.mark.usefixtures("amqp_tools")
def test_amqp_publish_and_amqp_get_exchange_a_message(lab: Lab):
    queue = lab.queue()

    run("amqp-publish", *address(lab), "-r", queue, "-p", "-b", "from the shell")

    assert run("amqp-get", *address(lab), "-q", queue) == b"from the shell"


@pytest.mark.usefixtures("amqp_tools")
def test_amqp_consume_hands_messages_to_a_command(lab: Lab):
    queue = lab.queue()
    for body in (b"one\n", b"two\n"):
        lab.publish(queue, body)

    output = run("amqp-consume", *address(lab), "-q", queue, "-c", "2", "cat")

    assert output == b"one\ntwo\n"
    assert lab.look(queue) is None
