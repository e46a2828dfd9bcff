"""Examples of whole bodies, put together from the examples of their fields."""

from collections.abc import Iterator, Mapping
from typing import Any

Schemas = Mapping[str, Any]


def example_of(schema: Mapping[str, Any], schemas: Schemas, *, least: bool = False) -> Any:
    """A value of this schema; with ``least`` only what has to be there, unless nothing has to."""
    schema = _resolved(schema, schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if "items" in schema:
        return [example_of(schema["items"], schemas, least=least)]
    properties = schema.get("properties", {})
    shown = (least and schema.get("required")) or properties
    return {name: example_of(properties[name], schemas, least=least) for name in properties if name in shown}


def fill(schemas: Schemas) -> None:
    """Give an example to each field that has none of its own, because it is made of others."""
    composed = [
        (field, example_of(field, schemas)) for schema in schemas.values() for field in _fields(schema, schemas)
    ]
    for field, example in composed:
        field["examples"] = [example]


def _fields(schema: Mapping[str, Any], schemas: Schemas) -> Iterator[dict[str, Any]]:
    return (field for field in schema.get("properties", {}).values() if "examples" not in _resolved(field, schemas))


def _resolved(schema: Mapping[str, Any], schemas: Schemas) -> Mapping[str, Any]:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
