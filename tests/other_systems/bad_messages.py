"""Messages that other systems send by mistake, and the reason that each is kept with: the one table of them.

The page for other systems shows it, and a running stack is sent every one.
"""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from events.content_modes import BATCH
from events.envelope import MAX_BYTES, STRUCTURED
from tests.other_systems.bad_message import (
    GONE,
    LIMIT_SET,
    ORDER_ID,
    PLACED,
    REQUESTED,
    WHO_LEFT,
    BadMessage,
    Body,
)

#: Stands for whatever differs from one message to the next.
ANYTHING = "…"


def _ahead() -> str:
    return (datetime.now(UTC) + timedelta(minutes=10)).isoformat()


def _raw(body: bytes) -> Body:
    return lambda _: body


def _lines(*lines: tuple[str, int]) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines]}


NOT_JSON = "NotJson"


NO_EVENT = "NotCloudEvent"


INVALID = "InvalidData"


BAD_MESSAGES = (
    BadMessage(what="no JSON", body=_raw(b"a lamp, please"), reason=NOT_JSON, error="Expecting value: …"),
    BadMessage(
        what="JSON that is cut off", body=_raw(b'{"id": "1"'), reason=NOT_JSON, error="Expecting ',' delimiter: …"
    ),
    BadMessage(
        what="text that is not UTF-8",
        body=_raw("Stühle".encode("latin-1")),
        reason=NOT_JSON,
        error="'utf-8' codec can't…",
    ),
    BadMessage(
        what="a compressed body",
        body=lambda whole: gzip.compress(json.dumps(whole).encode()),
        reason=NOT_JSON,
        error="the body is compressed: send it as it is",
    ),
    BadMessage(what="a list of events", body=_raw(b"[]"), reason=NO_EVENT, error="the body is no JSON object"),
    BadMessage(
        what="a batch",
        body=_raw(b"[]"),
        content_type=BATCH,
        reason=NO_EVENT,
        error=f"{BATCH} is not taken: send each event as a message of its own",
    ),
    BadMessage(
        what="no content type, and no headers",
        content_type=None,
        reason=NO_EVENT,
        error=f"there is no content type: structured mode has {STRUCTURED}, binary mode headers that begin with …",
    ),
    BadMessage(
        what="a whole event under the content type of its data",
        content_type="application/json",
        reason=NO_EVENT,
        error=f"the content type is 'application/json': structured mode has {STRUCTURED}, binary mode headers …",
    ),
    BadMessage(
        what="headers of another binding",
        content_type="application/json",
        headers={"ce-specversion": "1.0", "ce-id": "1"},
        reason=NO_EVENT,
        error="headers begin with ce-, but AMQP's binding has cloudEvents: or cloudEvents_",
    ),
    BadMessage(
        what="more than 1 MiB",
        data={"picture": "x" * MAX_BYTES},
        reason=NO_EVENT,
        error="… bytes are over the 1048576 that a message may have",
    ),
    BadMessage(
        what="the data without an event around them",
        body=lambda whole: json.dumps(whole["data"]).encode(),
        reason=NO_EVENT,
        error="specversion is missing",
    ),
    BadMessage(
        what="another version of CloudEvents",
        attributes={"specversion": "0.3"},
        reason=NO_EVENT,
        error="specversion is '0.3', not '1.0'",
    ),
    BadMessage(what="no `id`", attributes={"id": GONE}, reason=NO_EVENT, error="id is missing"),
    BadMessage(
        what="a number for an `id`",
        attributes={"id": 4711},
        reason=NO_EVENT,
        error="id is 4711, no text of 1 to 255 characters",
    ),
    BadMessage(what="no `source`", attributes={"source": GONE}, reason=NO_EVENT, error="source is missing"),
    BadMessage(
        what="our own `source`",
        attributes={"source": "/order_service"},
        reason="ForgedSource",
        error="catalog.product_listed.v1 is not taken from '/order_service'",
    ),
    BadMessage(
        what="an event of ours from elsewhere",
        routing_key=PLACED,
        reason="ForgedSource",
        error="order.placed.v1 is not taken from '/somewhere/else'",
    ),
    BadMessage(
        what="a `type` that is not the routing key",
        attributes={"type": "catalog.product_listed"},
        reason="UnknownType",
        error="type 'catalog.product_listed' came under the routing key 'catalog.product_listed.v1'",
    ),
    BadMessage(what="no `time`", attributes={"time": GONE}, reason=NO_EVENT, error="time is missing"),
    BadMessage(
        what="a `time` without its zone",
        attributes={"time": "2026-11-22T12:00:00"},
        reason=NO_EVENT,
        error="time is '2026-11-22T12:00:00', no time of RFC 3339 with its zone",
    ),
    BadMessage(
        what="a `time` in seconds",
        attributes={"time": 1_795_348_800},
        reason=NO_EVENT,
        error="time is 1795348800, which are no milliseconds since 1970: seconds?",
    ),
    BadMessage(
        what="a clock that is 10 minutes fast",
        body=lambda whole: json.dumps({**whole, "time": _ahead()}).encode(),
        reason=NO_EVENT,
        error="time … is more than 5 minutes ahead of our clock, …",
    ),
    BadMessage(
        what="a `subject` that is another thing's",
        attributes={"subject": "chair"},
        reason=NO_EVENT,
        error="subject is 'chair', not 'lamp'",
    ),
    BadMessage(
        what="data that are said to be XML",
        attributes={"datacontenttype": "application/xml"},
        reason=NO_EVENT,
        error="the data are 'application/xml', not application/json",
    ),
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


def rows() -> list[str]:
    """The table, as the page shows it."""
    return [f"| {bad.what} | `{bad.reason}` | `{bad.error}` |" for bad in BAD_MESSAGES]
