"""Golden events, bent as a test wants them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from events.decode import decode
from events.envelope import STRUCTURED, Envelope
from events.event import Event

NOW = datetime(2026, 11, 22, 12, 1, tzinfo=UTC)


LISTED = "catalog.product_listed.v1"


PLACED = "order.placed.v1"


REQUESTED = "sales.order_requested.v1"


GONE = object()


def golden(event_type: str) -> dict[str, Any]:
    return dict(json.loads(Path(f"events/examples/{event_type}.json").read_text()))


def structured(body: Any, routing_key: str, content_type: str = STRUCTURED) -> Envelope[Event]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode(raw, content_type=content_type, headers={}, routing_key=routing_key, now=NOW)


def binary(headers: dict[str, Any], data: Any, content_type: str | None = "application/json") -> Envelope[Event]:
    return decode(json.dumps(data).encode(), content_type=content_type, headers=headers, routing_key=LISTED, now=NOW)
