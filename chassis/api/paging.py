"""Keyset pages: complete and without repeats, also while rows are added."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from chassis.api.problems import Invalid

MAX_LIMIT = 100
T = TypeVar("T")


class PageArguments(Schema):
    """``?limit=`` and ``?after=``."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_LIMIT))
    after = fields.String(load_default=None, validate=validate.Length(max=500))


def page(
    items: Sequence[T], limit: int, cursor_of: Callable[[T], list[str]]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A page of at most ``limit`` of these; one item more tells that there is a next one."""
    shown = items[:limit]
    if len(items) <= limit:
        return {"items": shown, "next": None}, 200, {}
    cursor = _encoded(cursor_of(shown[-1]))
    query = urlencode({**request.args.to_dict(), "after": cursor})
    return {"items": shown, "next": cursor}, 200, {"Link": f'<{request.path}?{query}>; rel="next"'}


def cursor(after: str | None, read: Callable[..., T]) -> T | None:
    """What the cursor says, read by ``read``; 422 if it is none of ours."""
    if after is None:
        return None
    try:
        return read(*_decoded(after))
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        raise Invalid({"after": ["Not a cursor."]}) from error


def _encoded(key: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _decoded(text: str) -> list[str]:
    key = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise ValueError("not a cursor")
    return key
