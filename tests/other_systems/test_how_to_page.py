"""The examples for other systems do what their page says, as they stand there."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from broker.tail import watching
from tests import brokers
from tests.api_client import Caller, publish
from tests.eventually import eventually
from tests.missing import skip_or_fail
from tests.node import PROGRAMS, node
from tests.other_systems.test_bad_messages import PAGE
from tests.servers.ports import free_ports
from tests.stack import BIN, ROOT, Stack

DESK_CENTS = 19_900
TIMEOUT_SECONDS = 30


def block(start: str) -> str:
    """The example that begins like this."""
    found = [
        text
        for text in re.findall(r"^```\w+\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        if text.startswith(start)
    ]
    assert len(found) == 1, f"{len(found)} examples begin with {start}"
    return str(found[0])


def environment(broker_url: str) -> dict[str, str]:
    return {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "BROKER_URL": broker_url,
        "NODE_PATH": str(PROGRAMS.parent),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }


def run(command: list[str], broker_url: str, folder: Path) -> str:
    """What it says, once it has ended well."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(broker_url),
        text=True,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def python(name: str, broker_url: str, folder: Path) -> str:
    (folder / name).write_text(block(f"# {name}"))
    return run([sys.executable, name], broker_url, folder)


@pytest.fixture
def caller(stack: Stack) -> Caller:
    """Somebody with the credit of a new user."""
    return Caller(stack)


def test_the_example_in_python_lists_a_product(broker_url: str, caller: Caller, tmp_path: Path) -> None:
    python("list_product.py", broker_url, tmp_path)

    eventually(lambda: caller.http.get(f"{caller.orders}/products/desk", timeout=20).status_code == 200)
    assert caller.http.get(f"{caller.orders}/products/desk", timeout=20).json()["unit_price_cents"] == DESK_CENTS


def test_the_example_in_node_requests_an_order(broker_url: str, caller: Caller, tmp_path: Path) -> None:
    a_desk_is_listed(broker_url, caller, tmp_path)
    (tmp_path / "request_order.js").write_text(block("// request_order.js"))

    order_id = run([node("amqplib"), "request_order.js", str(caller.id)], broker_url, tmp_path)

    eventually(lambda: caller.http.get(f"{caller.orders}/orders/{order_id}", timeout=20).status_code == 200)
    order = caller.settled(order_id)
    assert (order["status"], order["total_cents"]) == ("confirmed", 2 * DESK_CENTS)


def test_the_example_in_shell_sets_a_limit(broker_url: str, caller: Caller, tmp_path: Path) -> None:
    if shutil.which("amqp-publish") is None:
        skip_or_fail("no amqp-publish: install amqp-tools")

    run(["bash", "-c", block("# set_credit_limit.sh"), "set_credit_limit.sh", str(caller.id)], broker_url, tmp_path)

    eventually(lambda: caller.me()["credit_limit_cents"] == 250_000)


def test_the_command_sets_a_limit(broker_url: str, caller: Caller, tmp_path: Path) -> None:
    command = block("broker publish").replace('"user_id": 42', f'"user_id": {caller.id}')

    said = run(["bash", "-c", command], broker_url, tmp_path)

    assert said == "1 sent"
    eventually(lambda: caller.me()["credit_limit_cents"] == 250_000)


@pytest.mark.parametrize("name", ["list_product.py", "request_order.js"])
def test_an_example_tries_again_until_the_broker_is_back(name: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with brokers.embedded(tmp_path, port) as broker_url:
        declare_topology(BrokerSettings(broker_url), "test")
    (tmp_path / name).write_text(block(f"{'#' if name.endswith('py') else '//'} {name}"))
    program = sys.executable if name.endswith("py") else node("amqplib")

    with socket.create_server(("127.0.0.1", port)) as broken:
        process = subprocess.Popen([program, name, "1"], cwd=tmp_path, env=environment(broker_url))
        broken.accept()[0].close()
    with brokers.embedded(tmp_path, port):
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert brokers.depth(broker_url, "order_service") == 1


def test_what_the_readme_sends_arrives(broker_url: str, caller: Caller, tmp_path: Path) -> None:
    (command,) = re.findall(r"^(\.venv/bin/broker publish .*\\\n.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)

    run(["bash", "-c", command.replace(".venv/bin/", "")], broker_url, tmp_path)

    eventually(lambda: caller.http.get(f"{caller.orders}/products/stool", timeout=20).status_code == 200)


def test_the_subscriber_takes_each_event_once_and_nothing_older(
    broker_url: str, caller: Caller, tmp_path: Path
) -> None:
    a_desk_is_listed(broker_url, caller, tmp_path)
    with watching(BrokerSettings(broker_url), "order.#") as passing, following(broker_url, tmp_path) as lines:
        order = caller.place("desk")
        assert [next(lines), next(lines)] == [f"{order['id']} placed", f"{order['id']} confirmed"]
        placed, confirmed = next(passing), next(passing)

        for again in (confirmed, placed, an_order_event_anew(placed.body)):
            body = again if isinstance(again, bytes) else again.body
            publish(broker_url, body, json.loads(body)["type"])
        another = caller.place("desk")

        assert next(lines) == f"{another['id']} placed"


def an_order_event_anew(body: bytes) -> bytes:
    """The same news under an id that nobody has seen."""
    return json.dumps({**json.loads(body), "id": "seen-by-nobody"}).encode()


def a_desk_is_listed(broker_url: str, caller: Caller, folder: Path) -> None:
    python("list_product.py", broker_url, folder)
    eventually(lambda: caller.http.get(f"{caller.orders}/products/desk", timeout=20).status_code == 200)


@contextmanager
def following(broker_url: str, folder: Path) -> Iterator[Iterator[str]]:
    """What the subscriber says, once it listens."""
    (folder / "follow_orders.py").write_text(block("# follow_orders.py"))
    command = [sys.executable, "follow_orders.py"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(broker_url), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        try:
            assert next(lines) == "listening"
            yield lines
        finally:
            process.kill()
            with brokers.channel(broker_url) as channel:
                channel.queue_delete("subscriber.accounting")
