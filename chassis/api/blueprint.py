"""Blueprints whose arguments are read with care."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apispec.ext.marshmallow.common import resolve_schema_instance
from flask import Blueprint as PlainBlueprint
from flask_smorest import blueprint
from marshmallow import Schema, ValidationError, missing
from marshmallow.fields import Field
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

__all__ = ["Blueprint", "Parser", "PathPart", "PlainBlueprint"]


class Parser(FlaskParser):
    """Webargs' parser, which has no answer to some bodies that are no JSON for us."""

    def load_json(self, req: Any, schema: Any) -> Any:
        """The body; 400 if it can't be read, 422 if there is none."""
        try:
            body = super().load_json(req, schema)
        except (RecursionError, ValueError) as error:
            raise BadRequest("The body is nested too deeply, or has a number that is too long.") from error
        if body is missing and schema.partial:
            # Elsewhere each field that has to be there is missed by name.
            raise ValidationError("A body is needed.")
        return body


@dataclass(frozen=True)
class PathPart:
    """A variable part of a path: which values it can have, and what to say where nothing has this one."""

    field: Field[Any]
    none: str


class Blueprint(blueprint.Blueprint):
    """Routes of a service, with the variable parts of their paths; without a database they are always answered."""

    ARGUMENTS_PARSER = Parser()

    def __init__(
        self, *args: Any, parts: Mapping[str, PathPart] | None = None, needs_database: bool = True, **kwargs: Any
    ) -> None:
        self.parts = parts or {}
        self.needs_database = needs_database
        super().__init__(*args, **kwargs)

    def arguments(self, schema: type[Schema] | Schema, **kwargs: Any) -> Any:
        """What the view is given. The schema is made once: Webargs would make one for each request."""
        return super().arguments(resolve_schema_instance(schema), **kwargs)
