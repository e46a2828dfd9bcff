"""What is different between two JSON Schemas of an event's data, field by field, and in which direction.

Unknown fields are ignored by every reader, so a new optional field changes nothing for anybody. Words that only
explain are not looked at; of words that are not known here any change counts in both directions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
EXPLAINING = {"$schema", "$comment", "title", "description", "examples", "deprecated", "default"}
#: Looked at one by one, below.
STRUCTURE = {"properties", "required", "items"}
ALL = {"string", "integer", "number", "boolean", "object", "array", "null"}


@dataclass(frozen=True)
class Change:
    """What became of a field.

    ``narrows``: what was right is refused now. ``widens``: what could not come before may come now, or what always
    came may be missing.
    """

    field: str
    what: str
    narrows: bool = False
    widens: bool = False


def changes(old: Schema, new: Schema, field: str = "") -> Iterator[Change]:
    """All that is felt by somebody who goes by the old schema."""
    for word in sorted((old.keys() | new.keys()) - EXPLAINING - STRUCTURE):
        yield from _of_word(word, old.get(word), new.get(word), field)
    yield from _of_properties(old, new, f"{field}." if field else "")
    if "items" in old or "items" in new:
        yield from changes(old.get("items", {}), new.get("items", {}), f"{field}[]")


def _of_properties(old: Schema, new: Schema, within: str) -> Iterator[Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_now = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(before.keys() - after.keys()):
        yield Change(within + name, "was removed", narrows=True, widens=True)
    for name in sorted(needed_now - needed_before):
        yield Change(within + name, "has to be there now", narrows=True)
    for name in sorted((needed_before - needed_now) & after.keys()):
        yield Change(within + name, "may be missing now", widens=True)
    for name in sorted(before.keys() & after.keys()):
        yield from changes(before[name], after[name], within + name)


def _of_word(word: str, old: Any, new: Any, field: str) -> Iterator[Change]:
    narrows, widens = DIRECTIONS.get(word, _any_change)(old, new)
    if narrows or widens:
        yield Change(field, f"{word} was {_told(old)}, and is {_told(new)}", narrows=narrows, widens=widens)


def _told(value: Any) -> str:
    return "not limited" if value is None else str(value)


Directions = tuple[bool, bool]


def _lower_limit(old: Any, new: Any) -> Directions:
    was, now = (float("-inf") if limit is None else limit for limit in (old, new))
    return now > was, now < was


def _upper_limit(old: Any, new: Any) -> Directions:
    was, now = (float("inf") if limit is None else limit for limit in (old, new))
    return now < was, now > was


def _types(old: Any, new: Any) -> Directions:
    was, now = _type_set(old), _type_set(new)
    return bool(was - now), bool(now - was)


def _type_set(types: Any) -> set[str]:
    named = ALL if types is None else {types} if isinstance(types, str) else set(types)
    return named | {"integer"} if "number" in named else set(named)


def _values(old: Any, new: Any) -> Directions:
    if old is None or new is None:
        return new is not None, old is not None
    return any(value not in new for value in old), any(value not in old for value in new)


def _any_change(old: Any, new: Any) -> Directions:
    return new not in (None, old), old not in (None, new)


DIRECTIONS: dict[str, Callable[[Any, Any], Directions]] = {
    "type": _types,
    "enum": _values,
    "minimum": _lower_limit,
    "exclusiveMinimum": _lower_limit,
    "minLength": _lower_limit,
    "minItems": _lower_limit,
    "minProperties": _lower_limit,
    "maximum": _upper_limit,
    "exclusiveMaximum": _upper_limit,
    "maxLength": _upper_limit,
    "maxItems": _upper_limit,
    "maxProperties": _upper_limit,
}
