"""What a dead letter says of itself, whatever others have written into it."""

import getpass
from typing import Any

import pika
import pytest

from broker.dead_letter import DeadLetter
from broker.headers import is_short
from broker.operator import operator

DEATHS: dict[str, Any] = {
    "no list": "nonsense",
    "empty": [],
    "no table": [7],
    "no reason": [{"a": 1}],
    "no keys": [{"reason": "delivery_limit", "exchange": "events", "routing-keys": 7}],
    "odd keys": [{"reason": "delivery_limit", "exchange": "events", "routing-keys": [b"\xff"]}],
}


@pytest.mark.parametrize("kind", DEATHS)
def test_whatever_stands_for_its_deaths_it_can_be_told(kind: str) -> None:
    letter = DeadLetter(1, pika.BasicProperties(headers={"x-death": DEATHS[kind]}), b"{")

    told = [letter.id, letter.reason, letter.error, letter.routing_key, letter.failed_at, letter.traceback_end]

    assert all(isinstance(each, str) for each in told)


@pytest.mark.parametrize("body", [b'{"id": "\\ud800"}', b'{"id": "%s"}' % (b"x" * 300), b"{", b'{"id": {}}'])
@pytest.mark.parametrize("message_id", [None, b"\xff", "x" * 300])
def test_it_can_always_be_sent_again(body: bytes, message_id: Any) -> None:
    letter = DeadLetter(1, pika.BasicProperties(message_id=message_id), body)

    assert is_short(letter.message_id)
    assert letter.event_id is None or isinstance(letter.event_id, str)


def test_who_works_in_a_container_may_have_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)

    assert operator().startswith("uid ")
