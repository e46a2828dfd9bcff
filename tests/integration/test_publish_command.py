"""`broker publish`: nothing leaves that its receiver would refuse, and each that leaves is confirmed."""

import json
import os
import pty
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from click.testing import CliRunner, Result

from broker import topology
from broker.cli import main
from broker.connection import declare_topology
from broker.settings import BrokerSettings
from tests import brokers
from tests.api_client import event
from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.stack import BIN, ROOT

LISTED = "catalog.product_listed.v1"
LAMP = {"sku": "lamp", "name": "Lämp", "unit_price_cents": 5, "active": True}
DATA = json.dumps(LAMP)
QUEUE = "order_service"


@pytest.fixture
def broker(broker_url: str) -> str:
    declare_topology(BrokerSettings(broker_url), "test")
    return broker_url


@pytest.fixture
def embedded(embedded_url: str) -> str:
    declare_topology(BrokerSettings(embedded_url), "test")
    return embedded_url


def publish(url: str, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, ["publish", *arguments], env={"BROKER_URL": url}, input=text)


def taken(url: str) -> list[dict[str, Any]]:
    bodies = []
    while (got := brokers.take(url, QUEUE)) is not None:
        bodies.append(json.loads(got[1]))
    return bodies


def test_an_event_goes_out_with_all_that_it_needs(broker: str) -> None:
    result = publish(broker, LISTED, "--data", DATA, "--subject", "lamp", "--attribute", "correlationid=4711")

    assert (result.exit_code, result.output) == (0, "1 sent\n")
    properties, body = brokers.take(broker, QUEUE) or (None, b"{}")
    sent = json.loads(body)
    assert properties is not None
    assert (properties.content_type, properties.message_id, properties.type, properties.delivery_mode) == (
        "application/cloudevents+json",
        sent["id"],
        LISTED,
        2,
    )
    assert (sent["source"], sent["subject"], sent["correlationid"], sent["data"]) == (
        "/operator",
        "lamp",
        "4711",
        LAMP,
    )


def test_of_many_each_has_an_id_of_its_own_and_none_goes_before_its_time(embedded: str) -> None:
    started = monotonic()

    result = publish(embedded, LISTED, "--data", DATA, "--count", "11", "--rate", "20")

    assert (result.exit_code, result.output) == (0, "11 sent\n")
    assert monotonic() - started > 0.5
    assert len({body["id"] for body in taken(embedded)}) == 11


def test_a_file_of_events_is_sent_byte_for_byte_and_in_its_order(broker: str, tmp_path: Path) -> None:
    lines = [json.dumps(event(LISTED, {**LAMP, "unit_price_cents": number})) for number in range(120)]
    (tmp_path / "events.jsonl").write_text("\n\n".join(lines))

    result = publish(broker, "--file", str(tmp_path / "events.jsonl"))

    assert (result.exit_code, result.output) == (0, "120 sent\n")
    assert [json.dumps(body) for body in taken(broker)] == lines


def test_a_file_with_wrong_lines_is_not_sent_at_all(embedded: str, tmp_path: Path) -> None:
    wrong = {**event(LISTED, LAMP), "source": "/order_service"}
    (tmp_path / "events.jsonl").write_text("\n".join([json.dumps(event(LISTED, LAMP)), "", "{", json.dumps(wrong)]))

    result = publish(embedded, "--file", str(tmp_path / "events.jsonl"))

    assert (result.exit_code, result.stdout) == (1, "nothing sent\n")
    assert result.stderr.splitlines() == [
        "line 3: NotJson: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "line 4: ForgedSource: catalog.product_listed.v1 is not taken from '/order_service'",
    ]
    assert brokers.depth(embedded, QUEUE) == 0


def test_from_standard_input_wrong_lines_are_left_out(embedded: str) -> None:
    result = publish(embedded, LISTED, "--file", "-", text=f'{DATA}\n{{"sku": "lamp"}}\n{DATA}\n')

    assert (result.exit_code, result.stdout) == (1, "2 sent, 1 not\n")
    assert result.stderr.startswith("line 2: InvalidData: catalog.product_listed.v1: {")
    assert len(taken(embedded)) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([LISTED, "--data", "{}"], "InvalidData"),
        ([LISTED, "--data", "{"], "NotJson"),
        ([LISTED, "--data", json.dumps({**LAMP, "padding": "x" * (1 << 20)})], "NotCloudEvent"),
        ([LISTED, "--data", DATA, "--source", "/user_service"], "ForgedSource"),
        ([LISTED, "--data", DATA, "--subject", "chair"], "NotCloudEvent"),
        ([LISTED, "--data", DATA, "--attribute", "time=2999-01-01T00:00:00Z"], "NotCloudEvent"),
        (["order.placed.v1", "--data", "{}"], "ForgedSource"),
    ],
)
def test_what_its_receiver_would_refuse_is_told_in_one_line_and_not_sent(
    arguments: list[str], told: str, embedded: str
) -> None:
    result = publish(embedded, *arguments, "--count", "5")

    assert (result.exit_code, result.stdout) == (1, "nothing sent\n")
    assert result.stderr.startswith(f"--data: {told}: ")
    assert len(result.stderr.splitlines()) == 1
    assert brokers.depth(embedded, QUEUE) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["catalog.product_listed", "--data", "{}"], "did you mean catalog.product_listed.v1?"),
        (["nothing.of.the.kind", "--data", "{}"], "no event has the type"),
        ([LISTED], "--data or --file"),
        (["--data", "{}"], "need a TYPE"),
        ([LISTED, "--data", "{}", "--attribute", "Id=5"], "NAME=VALUE"),
        ([LISTED, "--file", "-", "--count", "2"], "--count goes with --data"),
        ([LISTED, "--data", "{}", "--count", "2", "--attribute", "id=5"], "an id of its own"),
    ],
)
def test_a_command_that_makes_no_sense_ends_with_2(arguments: list[str], told: str) -> None:
    result = publish("amqp://127.0.0.1:1/", *arguments)

    assert result.exit_code == 2
    assert told in result.stderr


def test_a_queue_that_lost_its_binding_gets_it_back_first(embedded: str) -> None:
    with brokers.channel(embedded) as channel:
        channel.queue_unbind(QUEUE, topology.EXCHANGE, LISTED)

    result = publish(embedded, LISTED, "--data", DATA)

    assert (result.exit_code, brokers.depth(embedded, QUEUE)) == (0, 1)


def test_without_a_broker_it_says_so_in_one_line() -> None:
    (port,) = free_ports(1)

    result = publish(f"amqp://127.0.0.1:{port}/", LISTED, "--data", DATA)

    assert result.exit_code == 1
    assert result.stderr.startswith("the broker does not answer")
    assert len(result.stderr.splitlines()) == 1


def test_a_broker_that_goes_away_meanwhile_costs_time_alone(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    command = [str(BIN / "broker"), "publish", LISTED, "--data", DATA, "--count", "60", "--rate", "40"]
    with brokers.embedded(tmp_path, port) as url:
        environment = {**os.environ, "BROKER_URL": url, "PYTHONPATH": str(ROOT)}
        declare_topology(BrokerSettings(url), "test")
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        eventually(lambda: brokers.depth(url, QUEUE) >= 5)

    with brokers.embedded(tmp_path, port) as url:
        told, _ = process.communicate(timeout=60)

        assert (process.returncode, told) == (0, b"60 sent\n")
        assert len({body["id"] for body in taken(url)}) == 60


def test_on_a_terminal_a_bar_tells_how_far_it_is(embedded: str) -> None:
    leader, follower = pty.openpty()
    command = [str(BIN / "broker"), "publish", LISTED, "--data", DATA, "--count", "30", "--rate", "30"]
    environment = {**os.environ, "BROKER_URL": embedded, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        shown = _all_of(leader)
        assert process.stdout is not None
        assert process.stdout.read() == b"30 sent\n"

    assert b"/30" in shown


def _all_of(terminal: int) -> bytes:
    shown = b""
    try:
        while chunk := os.read(terminal, 65_536):
            shown += chunk
    except OSError:
        # What a terminal gives when nobody writes to it any more.
        os.close(terminal)
    return shown
