"""Marshmallow's fields as JSON Schema 2020-12, which is what OpenAPI 3.1 and the schemas of events speak."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from events.fields import Text, Utc, WholeNumber


class Converter(OpenAPIConverter):
    """Knows our own fields too."""

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


class FieldsPlugin(MarshmallowPlugin):
    """Apispec's plugin with our converter."""

    Converter = Converter
