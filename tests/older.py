"""An event that is in its third version, as no event of ours is yet; its first two are told beside it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from marshmallow import fields

from events import catalogue
from events.catalogue import ORDERS, USERS, Entry
from events.fields import cents, order_id, user_id
from events.orders import OrderEvent
from events.schema import SCHEMAS, OrderSchema, Tolerant
from events.upcasting import Older

V1, V2, V3 = (f"order.recalled.v{number}" for number in (1, 2, 3))
ORDER_ID = "01a20353-8ff4-7456-8fa3-665af44a936f"


@dataclass(frozen=True, kw_only=True)
class OrderRecalled(OrderEvent):
    """What handlers know."""

    type = V3
    amount_cents: int
    by: str


class OrderRecalledSchema(OrderSchema):
    makes = OrderRecalled
    amount_cents = cents()
    by = fields.String(required=True)


class OrderRecalledV2Schema(Tolerant):
    order_id = order_id()
    user_id = user_id()
    amount_cents = cents()


class OrderRecalledV1Schema(Tolerant):
    order_id = order_id()
    user_id = user_id()
    total_cents = cents()


def renamed(data: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if name == old else name): value for name, value in data.items()}


SECOND = Older(
    type=V2,
    schema=OrderRecalledV2Schema(),
    upcast=lambda data: {**data, "by": "somebody"},
    downcast=lambda data: {name: value for name, value in data.items() if name != "by"},
)
FIRST = Older(
    type=V1,
    schema=OrderRecalledV1Schema(),
    upcast=lambda data: renamed(data, "total_cents", "amount_cents"),
    downcast=lambda data: renamed(data, "amount_cents", "total_cents"),
)
ENTRY = Entry(OrderRecalled, ORDERS, (USERS,), older=(SECOND, FIRST))
NO_LONGER_TOLD = replace(SECOND, downcast=None)


def in_the_catalogue(monkeypatch: pytest.MonkeyPatch, entry: Entry = ENTRY) -> None:
    """For one test, have this event in the catalogue."""
    monkeypatch.setitem(SCHEMAS, OrderRecalled, OrderRecalledSchema())
    monkeypatch.setattr(catalogue, "CATALOGUE", (*catalogue.CATALOGUE, entry))
    for event_type in entry.types:
        monkeypatch.setitem(catalogue.BY_TYPE, event_type, entry)


def data(**amounts: Any) -> dict[str, Any]:
    """An event's data, with these fields of its version."""
    return {"order_id": ORDER_ID, "user_id": 7, **amounts}
