"""Whatever arrives is an event or is refused, in words that can be written down, before anybody has to wait."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.retry import dead_letter
from events.content_modes import BATCH, BINARY_PREFIXES
from events.decode import decode
from events.envelope import MAX_BYTES, STRUCTURED, Envelope
from events.errors import UnreadableEvent
from tests.unit.test_retry import a_delivery

NOW = datetime(2026, 11, 22, 12, 1, tzinfo=UTC)
EXAMPLES = {
    path.name.removesuffix(".json"): json.loads(path.read_text()) for path in Path("events/examples").iterdir()
}
ATTRIBUTES = sorted({name for example in EXAMPLES.values() for name in example} | {"data_base64"})

TEXT = st.text(max_size=30)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(), TEXT, st.just("x" * 300)
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
#: What pika makes of headers.
AMQP = st.one_of(
    JSON, st.binary(max_size=20), st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.just(Decimal("1.5"))
)
CONTENT_TYPES = st.one_of(
    st.sampled_from(
        [None, "", STRUCTURED, f"{STRUCTURED.upper()}; charset=utf-8", BATCH, "application/json", b"\xff"]
    ),
    TEXT,
)


def read(body: bytes, content_type: object, headers: dict[Any, Any], routing_key: str) -> None:
    """Read it; if it is refused, the dead letter that tells so can be written."""
    try:
        envelope = decode(body, content_type=content_type, headers=headers, routing_key=routing_key, now=NOW)
    except UnreadableEvent as error:
        letter = dead_letter("user_service", a_delivery(body=body), error, failed_at=NOW)
        assert "\n" not in letter.headers["x-error"]
        letter.properties().encode()
    else:
        assert isinstance(envelope, Envelope)
        assert envelope.type == routing_key


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """An example with some attributes and some of its data bent, or gone."""
    event = json.loads(json.dumps(EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))]))
    for part in (event, event["data"]):
        for name in draw(
            st.lists(st.sampled_from(sorted({*part, *(ATTRIBUTES if part is event else [])})), max_size=2)
        ):
            part[name] = draw(JSON)
        for name in draw(st.lists(st.sampled_from(sorted(part)), max_size=1)):
            if name != "data":
                del part[name]
    return event


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()), content_type=CONTENT_TYPES)
def test_any_body_is_an_event_or_refused(body: bytes, content_type: object) -> None:
    read(body, content_type, {}, "catalog.product_listed.v1")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(event=bent(), routing_key=st.sampled_from(sorted(EXAMPLES)) | st.none())
def test_any_bent_event_is_read_or_refused(event: dict[str, Any], routing_key: str | None) -> None:
    key = routing_key or (event.get("type") if isinstance(event.get("type"), str) else "x")

    read(json.dumps(event).encode(), STRUCTURED, {}, str(key))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    event=bent(),
    prefix=st.sampled_from([*BINARY_PREFIXES, "ce-"]),
    more=st.dictionaries(TEXT | st.binary(max_size=5) | st.sampled_from(ATTRIBUTES), AMQP, max_size=3),
    content_type=CONTENT_TYPES,
)
def test_any_headers_are_read_or_refused(
    event: dict[str, Any], prefix: str, more: dict[Any, Any], content_type: object
) -> None:
    data = event.pop("data")
    headers = {prefix + name: value for name, value in event.items()}
    odd = {prefix + name if isinstance(name, str) else name: value for name, value in more.items()}

    read(json.dumps(data).encode(), content_type, {**headers, **odd}, "catalog.product_listed.v1")


def nested(opening: str, closing: str, depth: int) -> bytes:
    return (opening * depth + closing * depth).encode()


HUGE = {
    "arrays in arrays": nested("[", "]", MAX_BYTES // 2),
    "arrays in arrays, just not too many": nested("[", "]", 900),
    "objects in objects": nested('{"a":', "}", 100_000).replace(b":}", b":1}"),
    "a number of a million digits": b"1" * MAX_BYTES,
    "a fraction of a million digits": b"0." + b"1" * (MAX_BYTES - 2),
    "nothing but blanks": b" " * MAX_BYTES,
    "a text without end": b'"' + b"x" * (MAX_BYTES - 1),
    "escapes": b'"' + b"\\ud800" * 170_000 + b'"',
    "a million zeros": bytes(MAX_BYTES),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.parametrize("place", ["body", "id", "time", "subject", "data", "name"])
def test_what_is_deep_or_huge_is_refused_at_once(kind: str, place: str) -> None:
    event = json.dumps({**EXAMPLES["catalog.product_listed.v1"], "data": {"sku": "lamp", "name": "Lamp"}})
    whole = json.loads(event)
    target = whole["data"] if place == "name" else whole
    target[place] = "here"
    body = HUGE[kind] if place == "body" else json.dumps(whole).encode().replace(b'"here"', HUGE[kind])

    read(body[:MAX_BYTES], STRUCTURED, {}, "catalog.product_listed.v1")
