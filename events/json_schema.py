"""JSON Schema 2020-12 of what events carry, made of their marshmallow schemas."""

from functools import cache
from inspect import getdoc
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from events.catalogue import Entry, entry
from events.fields import Email, Text, Utc, WholeNumber
from events.schema import SCHEMAS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Converter(OpenAPIConverter):
    """Marshmallow's fields as JSON Schema 2020-12, which OpenAPI 3.1 speaks too; knows our own fields."""

    # Not `map_to_openapi_type`, which changes the table for everybody in the process.
    field_mapping = {  # noqa: RUF012 - as in the base class
        **OpenAPIConverter.field_mapping,
        Utc: ("string", "date-time"),
        WholeNumber: ("integer", "int64"),
    }

    def field2property(self, field: Any) -> dict[str, Any]:
        """The field's schema."""
        schema: dict[str, Any] = super().field2property(field)
        if "pattern" in schema:
            # Python's end of text; in ECMA's regular expressions it is a dollar sign.
            schema["pattern"] = schema["pattern"].replace(r"\Z", "$")
        if isinstance(field, Text):
            # They count without the blanks around; the pattern tells that.
            schema = {name: told for name, told in schema.items() if name not in {"minLength", "maxLength"}}
        if schema.get("default", ...) is None:
            # What we take where nothing was sent is not a value that could be sent.
            del schema["default"]
        return schema


class EventConverter(Converter):
    """Says that email addresses may be international (RFC 6531); what REST documents say of them stays."""

    field_mapping = {**Converter.field_mapping, Email: ("string", "idn-email")}  # noqa: RUF012 - as in the base class


class FieldsPlugin(MarshmallowPlugin):
    """Apispec's plugin with our converter."""

    Converter = Converter


@cache
def json_schema(event_type: str) -> dict[str, Any]:
    """The schema of the data of this type; fields that it doesn't name are allowed, and ignored."""
    known = entry(event_type)
    older = {each.type: each.schema for each in known.older}
    source = older.get(event_type, SCHEMAS[known.event])
    schema: dict[str, Any] = _converter().schema2jsonschema(source)  # type: ignore[no-untyped-call] # apispec's
    return {"$schema": DIALECT, "title": event_type, "description": meaning_of(known, event_type), **schema}


def meaning_of(known: Entry, event_type: str) -> str:
    """What an event of this type tells, in words."""
    told = (getdoc(known.event) or "").replace("``", "`")
    return told if event_type == known.event.type else f"{told} An older version of `{known.event.type}`."


@cache
def _converter() -> EventConverter:
    spec = APISpec(title="events", version="1", openapi_version="3.1.0")
    # Without names: each schema is whole in itself.
    return EventConverter("3.1.0", schema_name_resolver=lambda _: None, spec=spec)
