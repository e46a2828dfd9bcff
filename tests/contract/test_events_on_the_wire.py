"""Every event in its golden form: what was released once can be read for ever."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from events import catalogue
from events.decode import decode
from events.envelope import STRUCTURED, Envelope, encode
from events.errors import InvalidData
from events.event import Event
from events.fields import name, user_id
from events.orders import PlacedLine
from events.schema import SCHEMAS, DataSchema
from order_service.subscriptions import SUBSCRIPTIONS as ORDER_SUBSCRIPTIONS
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS

EXAMPLES = {path.name.removesuffix(".json"): path for path in Path("events/examples").glob("*.json")}
NOW = datetime(2026, 11, 22, 12, 1, tzinfo=UTC)


def read(event_type: str, **attributes: Any) -> Envelope[Event]:
    body = {**json.loads(EXAMPLES[event_type].read_text()), **attributes}
    return decode(json.dumps(body).encode(), content_type=STRUCTURED, headers={}, routing_key=event_type, now=NOW)


def test_there_is_an_example_and_a_schema_of_every_event() -> None:
    assert EXAMPLES.keys() == catalogue.BY_TYPE.keys()
    assert SCHEMAS.keys() == {entry.event for entry in catalogue.CATALOGUE}


@pytest.mark.parametrize("event_type", sorted(EXAMPLES))
def test_an_example_is_read_and_written_back_the_same(event_type: str) -> None:
    golden = json.loads(EXAMPLES[event_type].read_text())

    envelope = read(event_type)

    url = golden["dataschema"].partition("/schemas/")[0]
    written = json.loads(encode(envelope, url, event_type))
    assert written == golden


@pytest.mark.parametrize("event_type", sorted(EXAMPLES))
def test_a_field_that_we_do_not_know_is_ignored(event_type: str) -> None:
    golden = json.loads(EXAMPLES[event_type].read_text())

    envelope = read(event_type, data={**golden["data"], "something_new": 1}, anextension="x")

    assert envelope.event == read(event_type).event


@pytest.mark.parametrize(
    ("event_type", "wrong"),
    [
        ("user.registered.v1", {"email": "nobody"}),
        ("user.credit_reserved.v1", {"amount_cents": -1}),
        ("order.placed.v1", {"lines": ()}),
        ("order.placed.v1", {"lines": (PlacedLine(sku="-", quantity=1, unit_price_cents=1),)}),
        ("order.placed.v1", {"total_cents": None}),
        ("catalog.product_listed.v1", {"active": "yes"}),
    ],
)
def test_what_breaks_its_schema_does_not_leave(event_type: str, wrong: dict[str, Any]) -> None:
    envelope = read(event_type)
    broken = replace(envelope, event=replace(envelope.event, **wrong))

    with pytest.raises(InvalidData, match=next(iter(wrong))):
        encode(broken, "http://here")


def test_an_optional_field_that_has_no_value_is_not_sent() -> None:
    class WithANote(DataSchema):
        user_id = user_id()
        note = name(required=False)

    told = WithANote().dump({"user_id": 7, "note": None})

    assert told == {"user_id": 7}
    assert WithANote().validate(told) == {}


@pytest.mark.parametrize(
    ("service", "subscriptions"), [("user_service", USER_SUBSCRIPTIONS), ("order_service", ORDER_SUBSCRIPTIONS)]
)
def test_each_service_handles_just_what_the_catalogue_says(service: str, subscriptions: Any) -> None:
    assert subscriptions.use_cases.keys() == {entry.event for entry in catalogue.entries_for(service)}
