"""What is taken for an event, and what is not."""

import base64
import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.catalogue import BY_TYPE
from events.errors import ForgedSource, InvalidData, NotCloudEvent, NotJson, UnknownType, UnreadableEvent
from tests.contract.bent import GONE, LISTED, NOW, PLACED, REQUESTED, binary, golden, structured


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"specversion": "0.3"}, NotCloudEvent),
        ({"specversion": GONE}, NotCloudEvent),
        ({"id": GONE}, NotCloudEvent),
        ({"id": ""}, NotCloudEvent),
        ({"id": 5}, NotCloudEvent),
        ({"id": "x" * 256}, NotCloudEvent),
        ({"id": "a\u0000b"}, NotCloudEvent),
        ({"source": GONE}, NotCloudEvent),
        ({"source": "/user_service"}, ForgedSource),
        ({"source": "/order_service"}, ForgedSource),
        ({"type": GONE}, NotCloudEvent),
        ({"type": PLACED}, UnknownType),
        ({"time": GONE}, NotCloudEvent),
        ({"time": "yesterday"}, NotCloudEvent),
        ({"time": "2026-11-22"}, NotCloudEvent),
        ({"time": "2026-11-22T12:00:00"}, NotCloudEvent),
        ({"time": "9999-12-31T23:59:59-23:59"}, NotCloudEvent),
        ({"time": 1_795_348_800}, NotCloudEvent),
        ({"time": (NOW + timedelta(minutes=6)).isoformat()}, NotCloudEvent),
        ({"subject": "chair"}, NotCloudEvent),
        ({"subject": ["lamp"]}, NotCloudEvent),
        ({"datacontenttype": "text/xml"}, NotCloudEvent),
        ({"data_base64": "e30="}, NotCloudEvent),
        ({"data": GONE, "data_base64": "{}"}, NotCloudEvent),
        ({"data": GONE, "data_base64": 5}, NotCloudEvent),
        ({"data": GONE, "data_base64": "/w=="}, NotJson),
        ({"data": GONE}, InvalidData),
        ({"data": []}, InvalidData),
        ({"data": {"sku": "lamp"}}, InvalidData),
    ],
)
def test_a_wrong_attribute_of_another_system_s_event_is_refused(
    change: dict[str, Any], error: type[Exception]
) -> None:
    body = {key: value for key, value in {**golden(LISTED), **change}.items() if value is not GONE}

    with pytest.raises(error):
        structured(body, LISTED)


@pytest.mark.parametrize(
    "field",
    [
        {"unit_price_cents": -1},
        {"unit_price_cents": 10**9 + 1},
        {"unit_price_cents": 1.5},
        {"unit_price_cents": "5"},
        {"unit_price_cents": True},
        {"active": 1},
        {"active": "yes"},
        {"sku": "-lamp"},
        {"sku": "x" * 65},
        {"sku": "lamp\n"},
        {"name": ""},
        {"name": None},
    ],
)
def test_a_wrong_field_is_refused_and_named(field: dict[str, Any]) -> None:
    body = golden(LISTED)
    body["data"] |= field

    with pytest.raises(InvalidData, match=next(iter(field))):
        structured(body, LISTED)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"id": NaN}', b"[" * 100_000, b"1" * 5_000])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        structured(body, LISTED)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    body = golden(LISTED)
    body["data"]["unit_price_cents"] = 25000.0

    assert structured(body, LISTED).event.unit_price_cents == 25_000  # type: ignore[attr-defined] # of this type


def test_a_message_over_one_mebibyte_is_refused() -> None:
    with pytest.raises(NotCloudEvent):
        structured({**golden(LISTED), "padding": "x" * (1 << 20)}, LISTED)


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
def test_a_body_in_neither_mode_is_refused(content_type: str | None) -> None:
    with pytest.raises(NotCloudEvent):
        structured(golden(LISTED), LISTED, content_type or "")


def test_an_event_of_ours_is_taken_from_its_sender_alone_and_with_its_number() -> None:
    body = golden(PLACED)

    with pytest.raises(ForgedSource):
        structured({**body, "source": "/user_service"}, PLACED)
    with pytest.raises(NotCloudEvent):
        structured({**body, "sequence": "0"}, PLACED)
    assert structured({**body, "sequence": "000000000042"}, PLACED).sequence == 42


def test_an_attribute_that_is_null_counts_as_left_out() -> None:
    body = {**golden(LISTED), "subject": None, "correlationid": None, "causationid": None, "traceparent": None}

    envelope = structured(body, LISTED)

    assert (envelope.subject, envelope.correlation_id, envelope.causation_id) == ("lamp", body["id"], None)


def test_data_may_come_as_bytes_of_json_in_base64() -> None:
    body = golden(LISTED)
    body["data_base64"] = base64.b64encode(json.dumps(body.pop("data")).encode()).decode()

    assert structured(body, LISTED).event == structured(golden(LISTED), LISTED).event


@pytest.mark.parametrize("subject", [str.upper, str.lower])
def test_a_uuid_may_be_spelt_as_the_sender_spells_it(subject: Any) -> None:
    body = golden(REQUESTED)
    body["data"]["order_id"] = body["subject"] = subject(body["subject"])

    assert structured(body, REQUESTED).subject == body["subject"].lower()


@pytest.mark.parametrize("source", ["/user_service", "/order_service", "/shop"])
@pytest.mark.parametrize("event_type", BY_TYPE)
def test_each_type_is_taken_from_its_sender_alone_and_others_from_anybody_but_us(
    event_type: str, source: str
) -> None:
    sender = BY_TYPE[event_type].sender
    may = source == f"/{sender}" if sender else source == "/shop"
    body = {**golden(event_type), "source": source}

    with nullcontext() if may else pytest.raises(ForgedSource):
        assert structured(body, event_type).source == source


@pytest.mark.parametrize("prefix", ["cloudEvents:", "cloudEvents_"])
@pytest.mark.parametrize(
    "time", ["2026-11-22T12:00:00Z", "2026-11-22t13:00:00+01:00", NOW - timedelta(minutes=1), 1795348800000]
)
def test_binary_mode_is_read_with_both_prefixes_and_every_form_of_time(prefix: str, time: Any) -> None:
    attributes = {"specversion": "1.0", "id": "1", "source": "/shop", "type": LISTED, "time": time}

    envelope = binary({f"{prefix}{key}": value for key, value in attributes.items()}, golden(LISTED)["data"])

    assert (envelope.id, envelope.source, envelope.time) == ("1", "/shop", datetime(2026, 11, 22, 12, tzinfo=UTC))


def test_binary_mode_takes_json_alone() -> None:
    headers = {"cloudEvents:specversion": "1.0"}

    with pytest.raises(NotCloudEvent):
        binary(headers, {}, "text/xml")


def test_without_a_correlation_id_a_chain_begins_with_the_event() -> None:
    body = golden(LISTED)
    del body["correlationid"]

    envelope = structured(body, LISTED)

    assert (envelope.correlation_id, envelope.causation_id) == (body["id"], None)


def test_lines_without_end_are_refused_before_each_is_looked_at() -> None:
    body = golden(REQUESTED)
    body["data"]["lines"] = [{}] * 200_000

    with pytest.raises(InvalidData) as refused:
        structured(body, REQUESTED)

    assert len(str(refused.value)) < 250
