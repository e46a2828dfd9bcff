"""Dead letters that were laid ready, and the commands on them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from click.testing import CliRunner, Result

from broker import topology
from broker.cli import main
from broker.dead_letter import DeadLetter
from broker.dead_letters import looking
from broker.message import Message
from broker.retry import dead_letter
from broker.settings import BrokerSettings
from events.envelope import STRUCTURED
from events.orders import OrderPlaced
from tests import brokers
from tests.unit.test_retry import a_delivery

SERVICE = "user_service"


DEAD = topology.dead_queue(SERVICE)


PLACED = OrderPlaced.type


def a_dead_letter(body: bytes = b"garbage", error: Exception | None = None, routing_key: str = PLACED) -> Message:
    delivery = a_delivery(exchange="events", body=body, routing_key=routing_key, content_type=STRUCTURED)
    return dead_letter(SERVICE, delivery, error or ValueError("no"), failed_at=datetime.now(UTC))


def bury(url: str, *letters: Message) -> list[str]:
    """Put dead letters into their queue, and tell their ids."""
    with brokers.channel(url) as channel:
        channel.confirm_delivery()
        for letter in letters:
            channel.basic_publish("", letter.routing_key, letter.body, letter.properties(), mandatory=True)
    return [letter.headers["x-dead-letter-id"] for letter in letters]


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["dead-letters", *arguments], env={"BROKER_URL": url})


def listed(url: str, *arguments: str) -> list[dict[str, Any]]:
    result = run(url, "list", SERVICE, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def _dead(url: str) -> list[DeadLetter]:
    with looking(BrokerSettings(url), SERVICE) as look:
        return list(look.letters())


def _taken(url: str, queue: str) -> Iterator[bytes]:
    while (got := brokers.take(url, queue)) is not None:
        yield got[1]
