"""A mistake that another system can make: how a right event is changed for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from events.envelope import STRUCTURED
from tests.api_client import event

LISTED = "catalog.product_listed.v1"


REQUESTED = "sales.order_requested.v1"


LIMIT_SET = "billing.credit_limit_set.v1"


PLACED = "order.placed.v1"


GONE = object()


#: Stands for the id of somebody who has left.
WHO_LEFT = object()


ORDER_ID = "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e"


DATA: dict[str, dict[str, Any]] = {
    LISTED: {"sku": "lamp", "name": "Lamp", "unit_price_cents": 25_000, "active": True},
    REQUESTED: {"order_id": ORDER_ID, "user_id": 1, "lines": [{"sku": "lamp", "quantity": 1}]},
    LIMIT_SET: {"user_id": 1, "credit_limit_cents": 5},
    PLACED: {"order_id": ORDER_ID, "user_id": 1, "total_cents": 1, "lines": []},
}


LISTENERS = {LIMIT_SET: "user_service", PLACED: "user_service"}


Body = Callable[[dict[str, Any]], bytes]


@dataclass(frozen=True, kw_only=True)
class BadMessage:
    """A mistake: how a right event is changed for it, and what the dead letter says of it."""

    what: str
    reason: str
    error: str
    routing_key: str = LISTED
    attributes: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    content_type: str | None = STRUCTURED
    headers: dict[str, Any] = field(default_factory=dict)
    body: Body = lambda whole: json.dumps(whole).encode()

    @property
    def name(self) -> str:
        """What it is known by."""
        return self.what.replace("`", "")

    @property
    def listener(self) -> str:
        """Whose dead letter it becomes."""
        return LISTENERS.get(self.routing_key, "order_service")

    def bytes(self, who_left: int) -> bytes:
        """The message's body."""
        data = _changed(DATA[self.routing_key], self.data)
        if data.get("user_id") is WHO_LEFT:
            data["user_id"] = who_left
        return self.body(_changed(event(self.routing_key, data), self.attributes))


def _changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**values, **changes}.items() if value is not GONE}
