"""Clients that other people wrote: each publishes an event that is given in CloudEvents' JSON format."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pika
from cloudevents.core.bindings import amqp
from cloudevents.core.v1.event import CloudEvent

from tests.missing import skip_or_fail
from tests.node import PROGRAMS, node

TIMEOUT_SECONDS = 20
Client = Callable[[str, dict[str, Any]], None]


def by_the_sdk(url: str, event: dict[str, Any], *, write: Callable[[CloudEvent], amqp.AMQPMessage]) -> None:
    """Made by the SDK of CloudEvents, sent by pika."""
    attributes = {name: value for name, value in event.items() if name != "data"}
    attributes["time"] = datetime.fromisoformat(event["time"])
    message = write(CloudEvent(attributes | {"datacontenttype": "application/json"}, event["data"]))
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = pika.BasicProperties(
            content_type=message.properties["content-type"], headers=message.application_properties, delivery_mode=2
        )
        channel.basic_publish("events", event["type"], message.application_data, properties, mandatory=True)
    finally:
        connection.close()


def by_amqp_publish(url: str, event: dict[str, Any], *, binary: bool) -> None:
    """Sent by librabbitmq's program. It cuts a header's name at its first colon, so `cloudEvents_` it has to be."""
    if shutil.which("amqp-publish") is None:
        skip_or_fail("no amqp-publish: install amqp-tools")
    # Of an address that ends with a slash it would take the virtual host "".
    command = ["amqp-publish", f"--url={url.rstrip('/')}", "-e", "events", "-r", event["type"], "-p"]
    if binary:
        attributes = {name: value for name, value in event.items() if name != "data"}
        command += ["-C", "application/json"]
        command += [part for name, value in attributes.items() for part in ("-H", f"cloudEvents_{name}: {value}")]
        body = event["data"]
    else:
        command += ["-C", "application/cloudevents+json"]
        body = event
    run(command, json.dumps(body))


def by_amqplib(url: str, event: dict[str, Any], *, prefix: str | None) -> None:
    """Sent by Node.js."""
    script = PROGRAMS.parents[1] / "publish.js"
    run([node("amqplib"), str(script)], json.dumps({"url": url, "event": event, "prefix": prefix}))


def run(command: list[str], text: str) -> None:
    """Run it; what it said, if it failed."""
    done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    assert done.returncode == 0, done.stderr


CLIENTS: dict[str, Client] = {
    "the SDK in structured mode": partial(by_the_sdk, write=amqp.to_structured_event),
    "the SDK in binary mode": partial(by_the_sdk, write=amqp.to_binary_event),
    "amqp-publish in structured mode": partial(by_amqp_publish, binary=False),
    "amqp-publish in binary mode": partial(by_amqp_publish, binary=True),
    "amqplib in structured mode": partial(by_amqplib, prefix=None),
    "amqplib in binary mode": partial(by_amqplib, prefix="cloudEvents:"),
    "amqplib in binary mode as JMS has it": partial(by_amqplib, prefix="cloudEvents_"),
}
