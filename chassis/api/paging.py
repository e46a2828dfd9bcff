"""Keyset pages: complete and without repeats, also while rows are added."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError, fields, validate

from chassis.api.problems import Invalid
from events.fields import WholeNumber, meaning

MAX_LIMIT = 100
#: By what an example of a page goes on, where its schema says nothing else: an id.
AN_ID = ("42",)
T = TypeVar("T")


class NumberInQuery(WholeNumber):
    """A whole number as a query writes it: digits, perhaps with a sign before and zeros after the point."""

    def _validated(self, value: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,20}(\.0{1,20})?", value):
            raise self.make_error("invalid", input=value)
        return int(value.partition(".")[0])


def _encoded(key: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def after(*key: str) -> fields.String:
    """Where a page goes on, with the cursor of this key as its example."""
    return fields.String(
        load_default=None,
        allow_none=False,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{1,500}\Z", error="Not a cursor."),
        metadata=meaning("Go on after this place: the `next` of the page before.", _encoded(key)),
    )


class PageArguments(Schema):
    """``?limit=`` and ``?after=``."""

    limit = NumberInQuery(
        load_default=20, validate=validate.Range(1, MAX_LIMIT), metadata=meaning("How many items at most.", 20)
    )
    after = after(*AN_ID)


def page_of(item: type[Schema], key: Sequence[str] = AN_ID) -> type[Schema]:
    """The page of such items, ``ThingPage`` for ``ThingView``, with the cursor of this key as an example."""
    return Schema.from_dict(
        {
            "items": fields.List(
                fields.Nested(item),
                required=True,
                validate=validate.Length(max=MAX_LIMIT),
                metadata={"description": "The items of this page."},
            ),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata=meaning("The `after` of the next page; null on the last one.", _encoded(key), None),
            ),
        },
        name=f"{item.__name__.removesuffix('View')}Page",
    )


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


def _decoded(text: str) -> list[str]:
    key = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise ValueError("not a cursor")
    return key
