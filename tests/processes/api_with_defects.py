"""An api process that does not answer as its document says: at each of some routes in another way."""

import json
import sys
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, request

import order_service.service
import user_service.service
from chassis.api import server
from chassis.command_settings import settings_of
from chassis.service import Service


def broken(response: Response) -> None:
    response.status_code = 500


def a_teapot(response: Response) -> None:
    response.status_code = 418


def lost(response: Response) -> None:
    response.status_code = 404


def as_a_page(response: Response) -> None:
    response.content_type = "text/html"


def without_a_tag(response: Response) -> None:
    del response.headers["ETag"]


def without_what_is_allowed(response: Response) -> None:
    del response.headers["Allow"]


def allowing_what_nobody_does(response: Response) -> None:
    response.headers["Allow"] = "BREW"


def with_prices_in_words(response: Response) -> None:
    page = response.get_json()
    response.set_data(json.dumps({**page, "items": [{**item, "unit_price_cents": "few"} for item in page["items"]]}))


def as_active(response: Response) -> None:
    response.set_data(json.dumps({**response.get_json(), "status": "active"}))


def an_empty_page(response: Response) -> None:
    response.status_code, response.content_type = 200, "application/json"
    response.set_data(json.dumps({"items": [], "next": None}))


def refused_on_a_whim(response: Response) -> None:
    response.status_code = 422
    response.set_data(json.dumps({"errors": {"name": ["Not today."]}}))


#: View and status -> what becomes of the answer.
DEFECTS: dict[tuple[str | None, int], Callable[[Response], None]] = {
    (None, 405): without_what_is_allowed,
    ("products.list_products", 200): with_prices_in_words,
    ("products.list_products", 422): an_empty_page,
    ("products.get_product", 200): without_a_tag,
    ("products.get_product", 404): a_teapot,
    ("products.set_product", 200): refused_on_a_whim,
    ("orders.list_orders", 422): broken,
    ("orders.post_order", 422): as_a_page,
    ("orders.get_order", 200): lost,
    ("orders.get_history", 401): an_empty_page,
    ("users.get_user", 200): as_active,
}


def bend(response: Response) -> Response:
    """The answer, with the defect that is planted there."""
    if request.method == "OPTIONS":
        allowing_what_nobody_does(response)
    elif defect := DEFECTS.get((request.endpoint, response.status_code)):
        defect(response)
    return response


def order() -> Flask:
    """The front of order_service, for a WSGI server."""
    return _with_defects(order_service.service.make_service())


def user() -> Flask:
    """The front of user_service, for a WSGI server."""
    return _with_defects(user_service.service.make_service())


def _with_defects(service: Service) -> Flask:
    app = cast("Flask", service.application())
    app.after_request(bend)
    return app


if __name__ == "__main__":
    name = sys.argv[1]
    made = {"order": order_service.service, "user": user_service.service}[name].make_service()
    server.serve(made.name, f"tests.processes.api_with_defects:{name}", settings_of(made, "api"))
