"""Where a failed message goes."""

from datetime import UTC, datetime
from typing import Any

import pika
import pytest

from broker.delivery import Delivery
from broker.retry import dead_letter, retry_message
from broker.topology import RETRY_DELAYS_SECONDS

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_delivery(
    exchange: str = "", body: bytes = b"{", routing_key: str = "k", content_type: str = "x/y", **headers: Any
) -> Delivery:
    return Delivery(
        channel_number=1,
        tag=1,
        exchange=exchange,
        routing_key=routing_key,
        redelivered=False,
        properties=pika.BasicProperties(headers=headers, content_type=content_type),
        body=body,
    )


def test_each_attempt_waits_longer_in_its_own_queue_and_then_no_more() -> None:
    failed = [None, *range(1, len(RETRY_DELAYS_SECONDS) + 1)]

    deliveries = [a_delivery(**({"x-attempts": number} if number else {})) for number in failed]
    messages = [retry_message("user_service", delivery, RETRY_DELAYS_SECONDS) for delivery in deliveries]

    queues = [message.routing_key if message else None for message in messages]
    assert queues == [f"user_service.retry.{delay}" for delay in ("1s", "5s", "30s", "2m", "10m")] + [None]


def test_while_the_database_is_away_no_message_is_given_up() -> None:
    message = retry_message("user_service", a_delivery(**{"x-attempts": 99}), RETRY_DELAYS_SECONDS, endless=True)

    assert message is not None
    assert message.routing_key == "user_service.retry.10m"


def test_what_the_broker_noted_is_not_carried_on() -> None:
    notes = {"x-death": [{"queue": "user_service"}], "x-first-death-queue": "q", "x-delivery-count": 3, "mine": 1}

    message = retry_message("user_service", a_delivery(**notes), RETRY_DELAYS_SECONDS)

    assert message is not None
    assert message.headers == {"mine": 1, "x-attempts": 1, "x-original-routing-key": "k"}


def test_what_is_retried_was_not_replayed_again() -> None:
    forged = a_delivery(exchange="events", **{"x-replayed-by": "nobody", "x-replayed-at": "never"})

    message = retry_message("user_service", forged, RETRY_DELAYS_SECONDS)

    assert message is not None
    assert not message.headers.keys() & {"x-replayed-by", "x-replayed-at"}


def test_a_copy_goes_to_no_other_queue() -> None:
    message = retry_message(
        "user_service", a_delivery(CC=["order_service"], BCC=["user_service"]), RETRY_DELAYS_SECONDS
    )

    assert message is not None
    assert message.headers.keys() == {"x-attempts", "x-original-routing-key"}


@pytest.mark.parametrize("header", [{"huge": 10**300}, {"long": "x" * 100_000}], ids=["unwritable", "too large"])
def test_headers_that_can_not_be_sent_again_are_dropped_rather_than_the_message(header: dict[str, Any]) -> None:
    message = dead_letter("user_service", a_delivery(**header), ValueError("no"), failed_at=NOW)

    assert message.body == b"{"
    assert "x-headers-dropped" in message.headers
    assert message.properties().encode()


def test_a_reason_is_one_short_line() -> None:
    message = dead_letter("user_service", a_delivery(), ValueError("a\nb " + "x" * 1000), failed_at=NOW)

    assert message.headers["x-error"].startswith("a b x")
    assert len(message.headers["x-error"]) == 500
    assert message.mandatory
