"""AMQP timestamps of other clients."""

import struct

from pika import data

from broker.timestamps import tolerate_any


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
