"""`broker tail`: what passes, for people and for programs."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from broker.topology import EXCHANGE
from events.content_modes import BINARY_PREFIXES
from tests import brokers
from tests.api_client import event, publish
from tests.servers.ports import free_ports
from tests.stack import BIN, ROOT

LISTED = "catalog.product_listed.v1"
LAMP = {"sku": "lamp", "name": "Lämp", "unit_price_cents": 5, "active": True}


@contextmanager
def tailing(url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A tail that watches already."""
    command = [str(BIN / "broker"), "tail", *arguments]
    environment = {**os.environ, "BROKER_URL": url, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("watching")
            yield process
        finally:
            process.kill()


@pytest.fixture
def broker(embedded_url: str) -> str:
    declare_topology(BrokerSettings(embedded_url), "test")
    return embedded_url


def send(url: str, *events: dict[str, Any]) -> None:
    for sent in events:
        publish(url, json.dumps(sent).encode(), sent["type"])


def test_each_event_is_a_json_line_that_can_be_published_again(broker: str, tmp_path: Path) -> None:
    events = [event(LISTED, {**LAMP, "unit_price_cents": number}) for number in range(3)]

    with tailing(broker, "catalog.#", "--count", "3") as process:
        send(broker, *events)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert [json.loads(line) for line in out.splitlines()] == events


@pytest.mark.parametrize("prefix", BINARY_PREFIXES)
def test_an_event_in_binary_mode_looks_like_any_other(prefix: str, broker: str) -> None:
    whole = event(LISTED, LAMP)
    headers = {f"{prefix}{name}": value for name, value in whole.items() if name != "data"}
    properties = pika.BasicProperties(content_type="application/json", headers=headers)

    with tailing(broker, "--count", "1") as process:
        with brokers.channel(broker) as channel:
            channel.basic_publish(EXCHANGE, LISTED, json.dumps(LAMP).encode(), properties)
        out, _ = process.communicate(timeout=20)

    assert json.loads(out) == whole


@pytest.mark.parametrize("form", ["--json", "--pretty"])
def test_what_is_no_event_is_shown_with_the_reason_and_steers_no_terminal(form: str, broker: str) -> None:
    with tailing(broker, form, "--count", "2") as process:
        with brokers.channel(broker) as channel:
            channel.basic_publish(EXCHANGE, LISTED, b"\xff\x1b[2J{")
            odd = json.dumps({**event(LISTED, LAMP), "\u009b2J": "\ud800\x1b[2J"})
            channel.basic_publish(
                EXCHANGE, LISTED, odd.encode(), pika.BasicProperties(content_type="application/cloudevents+json")
            )
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "NotCloudEvent: there is no content type" in out
    assert not {"\x1b[2J", "\u009b"} & {out[at : at + size] for at in range(len(out)) for size in (1, 4)}


def test_for_people_an_event_has_its_type_its_source_and_its_data(broker: str) -> None:
    whole = event(LISTED, LAMP)

    with tailing(broker, "--pretty", "--count", "1") as process:
        send(broker, whole)
        out, _ = process.communicate(timeout=20)

    head, rest, data = out.splitlines()
    assert head == f"{whole['time']}  {LISTED}  /somewhere/else"
    assert rest.strip() == f"id {whole['id']}"
    assert json.loads(data) == LAMP
    assert "Lämp" in data


def test_it_ends_in_peace_as_soon_as_nobody_reads_it(broker: str) -> None:
    with tailing(broker) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        send(broker, event(LISTED, LAMP))
        assert json.loads(process.stdout.readline())["data"] == LAMP
        process.stdout.close()

        assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_each_line_leaves_at_once_and_the_pattern_chooses(broker: str) -> None:
    with tailing(broker, "catalog.*.v1") as process:
        assert process.stdout is not None
        for number in range(3):
            send(broker, event("billing.credit_limit_set.v1", {"user_id": 1, "credit_limit_cents": 1}))
            send(broker, event(LISTED, {**LAMP, "unit_price_cents": number}))
            assert json.loads(process.stdout.readline())["data"]["unit_price_cents"] == number


def test_too_few_in_time_end_it_with_1(broker: str) -> None:
    with tailing(broker, "--count", "2", "--timeout", "1") as process:
        send(broker, event(LISTED, LAMP))
        out, told = process.communicate(timeout=20)

    assert (process.returncode, len(out.splitlines()), told) == (1, 1, "1 of 2 in 1 seconds\n")


def test_without_a_broker_it_says_so_in_one_line() -> None:
    (port,) = free_ports(1)
    environment = {**os.environ, "BROKER_URL": f"amqp://127.0.0.1:{port}/", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [str(BIN / "broker"), "tail"], env=environment, capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("the broker does not answer")
