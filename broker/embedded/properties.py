"""Message properties at the level of bytes: what is not changed stays exactly as it was published."""
# mypy: allow-untyped-calls

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pika import data

from broker.embedded.errors import ConnectionRefused
from broker.embedded.frames import UNDECODABLE

#: The fourteen properties in the order of their flags; the kind says how long each one is.
_FIELDS = (
    ("content_type", "short"),
    ("content_encoding", "short"),
    ("headers", "table"),
    ("delivery_mode", "octet"),
    ("priority", "octet"),
    ("correlation_id", "short"),
    ("reply_to", "short"),
    ("expiration", "short"),
    ("message_id", "short"),
    ("timestamp", "long"),
    ("type", "short"),
    ("user_id", "short"),
    ("app_id", "short"),
    ("cluster_id", "short"),
)
_FIXED = {"octet": 1, "long": 8}
NO_HEADERS = b"\0\0\0\0"


@dataclass(frozen=True, slots=True)
class Properties:
    """The few properties that a broker looks at."""

    persistent: bool
    expiration: str | None
    user_id: str | None
    header_names: frozenset[str | bytes]


def read_properties(raw: bytes) -> Properties:
    """What the broker needs of them; unreadable ones are refused, so none is ever stored."""
    try:
        fields = _split(raw)
        return Properties(
            persistent=fields.get("delivery_mode") == b"\x02",
            expiration=_short(fields.get("expiration")),
            user_id=_short(fields.get("user_id")),
            header_names=frozenset(name for name, _ in _entries(fields.get("headers", NO_HEADERS))),
        )
    except UNDECODABLE as error:
        raise ConnectionRefused(502, f"unreadable properties: {type(error).__name__}") from error


def read_header(raw: bytes, name: str) -> Any:
    """The value of one header, or None."""
    for entry_name, entry in _entries(_split(raw).get("headers", NO_HEADERS)):
        if entry_name == name:
            return data.decode_value(entry, data.decode_short_string(entry, 0)[1])[0]
    return None


def edit_properties(raw: bytes, headers: Mapping[str, Any], drop: str | None = None) -> bytes:
    """The same properties with some headers set and, if named, one property less."""
    fields = _split(raw)
    if drop is not None:
        fields.pop(drop, None)
    if headers:
        fields["headers"] = _edit_table(fields.get("headers", NO_HEADERS), headers)
    flags = sum(1 << (15 - bit) for bit, (name, _) in enumerate(_FIELDS) if name in fields)
    return struct.pack(">H", flags) + b"".join(fields[name] for name, _ in _FIELDS if name in fields)


def _split(raw: bytes) -> dict[str, bytes]:
    (flags,) = struct.unpack_from(">H", raw)
    if flags & 0b11:
        raise ValueError("flags that AMQP 0-9-1 doesn't have")
    fields, offset = {}, 2
    for bit, (name, kind) in enumerate(_FIELDS):
        if flags & 1 << (15 - bit):
            end = offset + _length(raw, offset, kind)
            fields[name], offset = raw[offset:end], end
    if offset != len(raw):
        raise ValueError("properties that don't end where they should")
    return fields


def _length(raw: bytes, offset: int, kind: str) -> int:
    if kind == "short":
        return 1 + raw[offset]
    if kind == "table":
        return 4 + int(struct.unpack_from(">I", raw, offset)[0])
    return _FIXED[kind]


def _edit_table(raw: bytes, headers: Mapping[str, Any]) -> bytes:
    kept = [entry for name, entry in _entries(raw) if name not in headers]
    changed: list[bytes] = []
    data.encode_table(changed, dict(headers))
    payload = b"".join(kept) + b"".join(changed[1:])
    return struct.pack(">I", len(payload)) + payload


def _entries(raw: bytes) -> list[tuple[str | bytes, bytes]]:
    entries, offset = [], 4
    while offset < len(raw):
        start = offset
        name, offset = data.decode_short_string(raw, offset)
        _, offset = data.decode_value(raw, offset)
        entries.append((name, raw[start:offset]))
    if offset != len(raw):
        raise ValueError("a table that doesn't end where it should")
    return entries


def _short(raw: bytes | None) -> str | None:
    return None if raw is None else raw[1:].decode()
