"""What is in an older version on the wire: read as the newest, and told to those who know no newer one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from broker import topology
from events.catalogue import USERS
from events.decode import decode
from events.envelope import STRUCTURED, encode
from events.errors import InvalidData
from events.event import Event
from events.json_schema import json_schema
from tests.older import ENTRY, FIRST, NO_LONGER_TOLD, ORDER_ID, V1, V2, V3, OrderRecalled, data, in_the_catalogue
from tests.stores import envelope

NEWEST = OrderRecalled(order_id=UUID(ORDER_ID), user_id=7, amount_cents=500, by="ada")


@pytest.fixture(autouse=True)
def _three_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_catalogue(monkeypatch)


def read(event_type: str, of: dict[str, Any]) -> Event:
    body = {
        "specversion": "1.0",
        "id": "1",
        "source": "/order_service",
        "type": event_type,
        "time": "2026-11-22T12:00:00Z",
        "sequence": "1",
        "data": of,
    }
    raw, now = json.dumps(body).encode(), datetime(2026, 11, 22, 12, 1, tzinfo=UTC)
    return decode(raw, content_type=STRUCTURED, headers={}, routing_key=event_type, now=now).event


def told(event_type: str | None, event: Event = NEWEST) -> dict[str, Any]:
    return dict(json.loads(encode(envelope(event), "http://here", event_type)))


@pytest.mark.parametrize(
    ("event_type", "as_it_was", "by"),
    [
        (V1, data(total_cents=500), "somebody"),
        (V2, data(amount_cents=500), "somebody"),
        (V3, data(amount_cents=500, by="ada"), "ada"),
    ],
)
def test_every_version_is_read_as_the_newest(event_type: str, as_it_was: dict[str, Any], by: str) -> None:
    assert read(event_type, as_it_was) == replace(NEWEST, by=by)


def test_a_field_that_a_version_did_not_know_means_nothing_in_it() -> None:
    assert read(V1, data(total_cents=500, amount_cents=9, by="eve")) == replace(NEWEST, by="somebody")


def test_data_that_are_not_of_their_own_version_are_refused_with_its_field() -> None:
    with pytest.raises(InvalidData, match=r"recalled\.v1.*total_cents"):
        read(V1, data(amount_cents=500))


def test_an_event_is_told_in_each_version_under_one_id() -> None:
    in_v3, in_v2, in_v1 = told(None), told(V2), told(V1)

    assert (in_v3["type"], in_v3["data"]) == (V3, data(amount_cents=500, by="ada"))
    assert (in_v2["type"], in_v2["data"]) == (V2, data(amount_cents=500))
    assert (in_v1["type"], in_v1["data"]) == (V1, data(total_cents=500))
    assert in_v1["dataschema"] == f"http://here/schemas/{V1}.json"


def test_what_an_older_version_could_not_say_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(FIRST, downcast=lambda data: {**data, "total_cents": -1})
    in_the_catalogue(monkeypatch, replace(ENTRY, older=(ENTRY.older[0], wrong)))

    with pytest.raises(InvalidData, match=r"recalled\.v1.*total_cents"):
        told(V1)


def test_what_is_not_told_any_more_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_catalogue(monkeypatch, entry := replace(ENTRY, older=(NO_LONGER_TOLD, FIRST)))

    assert entry.told_types == (V3,)
    assert read(V1, data(total_cents=500)) == replace(NEWEST, by="somebody")


def test_who_listens_is_bound_to_every_version() -> None:
    (main,) = (queue for queue in topology.queues(USERS) if queue.name == USERS)

    assert {V1, V2, V3} <= set(main.routing_keys)


@pytest.mark.parametrize("event_type", [V1, V2, V3])
def test_every_version_has_its_own_schema(event_type: str) -> None:
    schema = json_schema(event_type)

    assert Draft202012Validator(schema).is_valid(told(event_type)["data"])
    assert ("total_cents" in schema["required"]) == (event_type == V1)
