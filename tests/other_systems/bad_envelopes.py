"""Messages that are refused for what is around their data: no event, or none that is taken from there."""

import gzip
import json
from datetime import UTC, datetime, timedelta

from events.content_modes import BATCH
from events.envelope import MAX_BYTES, STRUCTURED
from tests.other_systems.bad_message import GONE, PLACED, BadMessage, Body

NOT_JSON = "NotJson"
NO_EVENT = "NotCloudEvent"


def _ahead() -> str:
    return (datetime.now(UTC) + timedelta(minutes=10)).isoformat()


def _raw(body: bytes) -> Body:
    return lambda _: body


BAD_ENVELOPES = (
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
)
