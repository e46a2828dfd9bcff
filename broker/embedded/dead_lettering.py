"""Dead letters: where a message goes that was rejected, expired, or was too many, and what is written on it."""
# mypy: allow-untyped-calls

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pika.compat import long

from broker.embedded.message import Content
from broker.embedded.properties import edit_properties, read_header, read_properties

REJECTED, EXPIRED, MAXLEN, DELIVERY_LIMIT = "rejected", "expired", "maxlen", "delivery_limit"
Death = Mapping[Any, Any]


def dead_letter(content: Content, queue: str, reason: str, now: datetime) -> Content:
    """The same message with this death written first into its ``x-death``, without its own time to live."""
    properties = read_properties(content.properties)
    deaths = _deaths(content)
    death = _death(content, queue, reason, now)
    if reason == EXPIRED and properties.expiration is not None:
        death["original-expiration"] = properties.expiration
    headers = {"x-death": _with_death(deaths, death)} | _first_death(properties.header_names, death)
    edited = edit_properties(content.properties, headers, drop="expiration")
    return Content(content.exchange, content.routing_key, edited, content.body)


def is_automatic_cycle(content: Content, queue: str) -> bool:
    """True if the message died in this queue before and nobody has rejected it since: it would go round for ever."""
    deaths = _deaths(content)
    for place, death in enumerate(deaths):
        if death.get("queue") == queue:
            return all(other.get("reason") != REJECTED for other in deaths[: place + 1])
    return False


def _deaths(content: Content) -> list[Death]:
    found = read_header(content.properties, "x-death")
    return [death for death in found if isinstance(death, dict)] if isinstance(found, list) else []


def _death(content: Content, queue: str, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "count": long(1),
        "reason": reason,
        "queue": queue,
        "time": now,
        "exchange": content.exchange,
        "routing-keys": [content.routing_key],
    }


def _with_death(deaths: Sequence[Death], death: dict[str, Any]) -> list[Death]:
    same = [old for old in deaths if (old.get("queue"), old.get("reason")) == (death["queue"], death["reason"])]
    others = [old for old in deaths if old not in same]
    times = [old.get("count") for old in same]
    return [death | {"count": long(1 + sum(each for each in times if isinstance(each, int)))}, *others]


def _first_death(header_names: frozenset[str | bytes], death: Mapping[str, Any]) -> dict[str, Any]:
    if "x-first-death-queue" in header_names:
        return {}
    return {f"x-first-death-{key}": death[key] for key in ("reason", "queue", "exchange")}
