"""Strong entity tags over all that a body shows (RFC 9110): what is known is not sent, what is stale not changed."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from flask import Response, current_app, request
from marshmallow import Schema
from werkzeug.exceptions import PreconditionFailed

F = TypeVar("F", bound=Callable[..., Any])


def tagged(view: F) -> F:
    """Send the ``ETag`` of the resource in the answer's body; 304 where the caller has it already.

    Stands between ``@requires`` and ``@blueprint.response``.
    """

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        response = cast("Response", view(*args, **kwargs))
        response.set_etag(_tag(response.get_json()))
        if request.method in {"GET", "HEAD"}:
            response.make_conditional(request)
        return response

    answered.tagged = True  # type: ignore[attr-defined] # for the document
    return cast("F", answered)


def conditional(view: F) -> F:
    """Say of a view that it calls ``check``, where it answers nothing that has a tag."""
    view.conditional = True  # type: ignore[attr-defined] # for the document
    return view


def check(schema: type[Schema], find: Callable[[], object | None]) -> None:
    """412 if the caller sent an ``If-Match`` that isn't this resource's tag; ``find`` is asked only then.

    Within the transaction of the change, with the resource locked: nobody changes it between the two.
    """
    if "If-Match" not in request.headers:
        return
    resource = find()
    if resource is None or not request.if_match.contains(_tag(_shown(schema, resource))):
        raise PreconditionFailed("The resource is not what If-Match says any more; get it again.")


def _shown(schema: type[Schema], resource: object) -> Any:
    return json.loads(current_app.json.dumps(schema().dump(resource)))


def _tag(shown: Any) -> str:
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
