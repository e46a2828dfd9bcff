"""Blueprints whose arguments are read with care."""

from typing import Any

from flask_smorest import blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest


class Parser(FlaskParser):
    """Webargs' parser, which has no answer to some bodies that are no JSON for us."""

    def load_json(self, req: Any, schema: Any) -> Any:
        """The body; 400 if it can't be read."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:
            raise BadRequest("The body is nested too deeply, or has a number that is too long.") from error


class Blueprint(blueprint.Blueprint):
    """Routes of a service."""

    ARGUMENTS_PARSER = Parser()
