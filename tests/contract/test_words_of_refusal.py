"""What is said of a message that can't be read, to who has to mend it."""

import re
from typing import Any

import pytest

from events.decode import decode
from events.envelope import STRUCTURED
from events.errors import UnreadableEvent
from tests.contract.bent import LISTED, NOW, golden, structured


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "told"),
    [
        (b"{", STRUCTURED, {}, "Expecting"),
        (b"\x1f\x8b\x08", STRUCTURED, {}, "compressed"),
        (b"[]", "application/cloudevents-batch+json", {}, "each event as a message of its own"),
        (b"{}", None, {}, "there is no content type"),
        (
            b"{}",
            "application/json",
            {},
            "content type is 'application/json': structured mode has application/cloudevents+json",
        ),
        (b"{}", "application/json", {"ce-id": "1"}, "headers begin with ce-"),
        (b"{}", STRUCTURED, {}, "specversion is missing"),
        (b'{"specversion": 1.0}', STRUCTURED, {}, "specversion is 1.0, not '1.0'"),
        (b"{}", None, {"cloudEvents_specversion": "0.3"}, "specversion is '0.3'"),
    ],
)
def test_what_is_wrong_is_told_in_words_that_help(
    body: bytes, content_type: str | None, headers: dict[str, Any], told: str
) -> None:
    with pytest.raises(UnreadableEvent, match=re.escape(told)):
        decode(body, content_type=content_type, headers=headers, routing_key=LISTED, now=NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"time": 1_795_348_800}, "seconds"),
        ({"time": "2026-11-22T12:00:00"}, "time is '2026-11-22T12:00:00', no time of RFC 3339 with its zone"),
        ({"time": "2026-11-22T12:07:00Z"}, "more than 5 minutes ahead of our clock, 2026-11-22 12:01:00+00:00"),
        ({"subject": 5}, "subject is 5, not 'lamp'"),
        ({"data": '{"sku": "lamp"}'}, "encoded twice"),
        ({"data": None}, "the data are missing"),
        ({"id": "x" * 300}, "id is 'xxx"),
        ({"type": "catalog.product_listed"}, "came under the routing key 'catalog.product_listed.v1'"),
    ],
)
def test_a_wrong_value_is_shown(change: dict[str, Any], told: str) -> None:
    with pytest.raises(UnreadableEvent, match=re.escape(told)) as refused:
        structured({**golden(LISTED), **change}, LISTED)

    assert len(str(refused.value)) < 250
