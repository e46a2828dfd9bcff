"""Events that are refused for what they say: data that break their schema, or can't take effect."""

import json
from typing import Any

from tests.other_systems.bad_message import GONE, LIMIT_SET, ORDER_ID, REQUESTED, WHO_LEFT, BadMessage

INVALID = "InvalidData"


def _lines(*lines: tuple[str, int]) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines]}


BAD_DATA = (
    BadMessage(
        what="data that were encoded twice",
        body=lambda whole: json.dumps({**whole, "data": json.dumps(whole["data"])}).encode(),
        reason=INVALID,
        error="catalog.product_listed.v1: the data are a text (of JSON that was encoded twice?), not a JSON object",
    ),
    BadMessage(
        what="no data",
        attributes={"data": GONE},
        reason=INVALID,
        error="catalog.product_listed.v1: the data are missing, not a JSON object",
    ),
    BadMessage(
        what="a field that is left out",
        data={"active": GONE},
        reason=INVALID,
        error='catalog.product_listed.v1: {"active": ["Missing data for required field."]}',
    ),
    BadMessage(
        what="a price with a point",
        data={"unit_price_cents": 249.5},
        reason=INVALID,
        error='catalog.product_listed.v1: {"unit_price_cents": ["Not a valid integer."]}',
    ),
    BadMessage(
        what="a price as text",
        data={"unit_price_cents": "25000"},
        reason=INVALID,
        error='catalog.product_listed.v1: {"unit_price_cents": ["Not a valid integer."]}',
    ),
    BadMessage(
        what="a sku with blanks",
        data={"sku": "reading lamp"},
        reason=INVALID,
        error='catalog.product_listed.v1: {"sku": ["String does not match expected pattern."]}',
    ),
    BadMessage(
        what="an order id that is no UUID",
        routing_key=REQUESTED,
        data={"order_id": "4711"},
        reason=INVALID,
        error='sales.order_requested.v1: {"order_id": ["Not a valid UUID."]}',
    ),
    BadMessage(
        what="an order without lines",
        routing_key=REQUESTED,
        data=_lines(),
        reason=INVALID,
        error='sales.order_requested.v1: {"lines": ["Length must be between 1 and 100."]}',
    ),
    BadMessage(
        what="a quantity of 0",
        routing_key=REQUESTED,
        data=_lines(("lamp", 0)),
        reason=INVALID,
        error='sales.order_requested.v1: {"lines": {"0": {"quantity": ["Must be greater than or equal to 1 …"]}}}',
    ),
    BadMessage(
        what="a sku that is given twice",
        routing_key=REQUESTED,
        data=_lines(("lamp", 1), ("lamp", 2)),
        reason=INVALID,
        error='sales.order_requested.v1: {"lines": ["A sku is given twice."]}',
    ),
    BadMessage(
        what="an order over 10^12",
        routing_key=REQUESTED,
        data={"order_id": "01932f5e-0000-7000-8000-000000000001", **_lines(("palace", 1000), ("castle", 1000))},
        reason="TotalTooHigh",
        error="The total is over 1000000000000.",
    ),
    BadMessage(
        what="an order id that was used for another order",
        routing_key=REQUESTED,
        data=_lines(("lamp", 2)),
        reason="OrderIdTaken",
        error=f"Order {ORDER_ID} is there with other data.",
    ),
    BadMessage(
        what="a limit for a user that nobody has",
        routing_key=LIMIT_SET,
        data={"user_id": 987_654},
        reason="UserNotFound",
        error="There is no user 987654.",
    ),
    BadMessage(
        what="a limit for a user who has left",
        routing_key=LIMIT_SET,
        data={"user_id": WHO_LEFT},
        reason="UserIsDeactivated",
        error="User … is deactivated.",
    ),
)
