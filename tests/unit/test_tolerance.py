"""Headers of other clients that pika can't read."""

import struct

import pytest
from pika import data

from broker.tolerance import MAX_NESTING, tolerate_any


def test_a_timestamp_in_milliseconds_is_read_as_a_number_and_what_follows_is_read_too() -> None:
    tolerate_any()
    tolerate_any()
    milliseconds = 1795348800000
    encoded = b"T" + struct.pack(">Q", milliseconds) + b"t\x01"

    value, after = data.decode_value(encoded, 0)

    assert value == milliseconds
    assert data.decode_value(encoded, after) == (True, len(encoded))


def test_a_timestamp_in_seconds_is_still_a_time() -> None:
    tolerate_any()

    value, _ = data.decode_value(b"T" + struct.pack(">Q", 1795348800), 0)

    assert value.isoformat() == "2026-11-22T12:00:00+00:00"


@pytest.mark.parametrize("levels", [MAX_NESTING + 1, 5_000])
def test_headers_that_are_nested_too_deeply_are_noted_and_what_follows_is_read_too(levels: int) -> None:
    tolerate_any()
    value = b""
    for _ in range(levels):
        value = b"A" + struct.pack(">I", len(value)) + value
    table = b"\x01h" + value
    encoded = struct.pack(">I", len(table)) + table

    headers, after = data.decode_table(encoded + b"more", 0)

    assert (list(headers), after) == (["x-headers-unreadable"], len(encoded))


def test_headers_that_are_nested_as_somebody_may_mean_it_are_read() -> None:
    tolerate_any()
    pieces: list[bytes] = []
    headers = {"x-death": [{"queue": "q", "routing-keys": ["k"], "count": 1}]}
    data.encode_table(pieces, headers)

    assert data.decode_table(b"".join(pieces), 0)[0] == headers
