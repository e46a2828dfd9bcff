"""The fields of a schema row by row, in words, for pages that people read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
#: A word of JSON Schema -> how its limit is told.
LIMITS = {
    "const": "always {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters or fewer",
    "minItems": "{} or more",
    "maxItems": "{} or fewer",
}
#: Longer patterns are told by the description.
MAX_PATTERN_CHARACTERS = 60


@dataclass(frozen=True)
class Row:
    """One field: ``lines[].sku`` is the sku of each line."""

    name: str
    kind: str
    limits: str
    required: bool
    meaning: str


def rows(schema: Schema, within: str = "") -> Iterator[Row]:
    """Each field, and those within it right behind it."""
    for name, field in schema.get("properties", {}).items():
        path = f"{within}{name}"
        required = name in schema.get("required", ())
        yield Row(path, _kind(field), _limits(field), required, field.get("description", ""))
        yield from rows(field, f"{path}.")
        yield from rows(field.get("items", {}), f"{path}[].")


def _kind(field: Schema) -> str:
    types = field.get("type", "any")
    kind = types if isinstance(types, str) else " or ".join(types)
    named = {"string": "text", "array": "list"}.get(kind, kind)
    return f"{named} ({field['format']})" if kind == "string" and "format" in field else named


def _limits(field: Schema) -> str:
    told = [words.format(field[word]) for word, words in LIMITS.items() if word in field]
    if "enum" in field:
        told.append("one of " + ", ".join(f"`{value}`" for value in field["enum"]))
    if len(field.get("pattern", "")) in range(1, MAX_PATTERN_CHARACTERS):
        told.append(f"matches `{field['pattern']}`")
    return ", ".join(told)
