"""Changes of the documents that break callers, and changes that break nobody."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

Told = dict[str, Any]
Change = Callable[[Told], object]


def schema(document: Told, name: str) -> Told:
    found: Told = document["components"]["schemas"][name]
    return found


def field(document: Told, name: str, of: str) -> Told:
    found: Told = schema(document, of)["properties"][name]
    return found


def operation(document: Told, method: str, path: str) -> Told:
    found: Told = document["paths"][path][method]
    return found


def query(document: Told, name: str, path: str) -> Told:
    return next(told for told in operation(document, "get", path)["parameters"] if told.get("name") == name)


def without(document: Told, name: str, of: str) -> None:
    del schema(document, of)["properties"][name]
    schema(document, of)["required"] = [other for other in schema(document, of)["required"] if other != name]


def with_field(document: Told, name: str, of: str, *, required: bool) -> None:
    schema(document, of)["properties"][name] = {"type": "string"}
    if required:
        schema(document, of).setdefault("required", []).append(name)


def renamed(mapping: Told, old: str, new: str) -> None:
    mapping[new] = mapping.pop(old)


def other(document: Told, method: str, path: str) -> Told:
    return {**deepcopy(operation(document, method, path)), "operationId": "other"}


ORDER, LINE, NEW_ORDER, NEW_LINE, NEW_USER = "OrderView", "LineView", "NewOrder", "NewLine", "NewUser"
USER_PATH, PRODUCT_PATH = "/users/{user_id}", "/products/{sku}"
USERS, ORDERS = "user_service", "order_service"

#: What is done to which document, and what the gate has to name.
BREAKING: dict[str, tuple[str, Change, str]] = {
    "a path is gone": (ORDERS, lambda d: d["paths"].pop("/orders/{order_id}/history"), "history"),
    "a method is gone": (ORDERS, lambda d: d["paths"][PRODUCT_PATH].pop("put"), PRODUCT_PATH),
    "a success is gone": (ORDERS, lambda d: operation(d, "post", "/orders")["responses"].pop("202"), "202"),
    "a success has another status": (
        USERS, lambda d: renamed(operation(d, "post", "/users")["responses"], "201", "200"), "201",
    ),
    "a refusal is gone": (ORDERS, lambda d: operation(d, "post", "/orders")["responses"].pop("409"), "409"),
    "an operation has another name": (
        ORDERS, lambda d: operation(d, "get", "/orders").update(operationId="other"), "list_orders",
    ),
    "an answer lacks a field": (ORDERS, lambda d: without(d, "total_cents", ORDER), "total_cents"),
    "an answer lacks a field deep inside": (ORDERS, lambda d: without(d, "name", LINE), "name"),
    "a problem lacks a field": (ORDERS, lambda d: without(d, "detail", "Problem"), "detail"),
    "a field may be missing": (ORDERS, lambda d: schema(d, ORDER)["required"].remove("total_cents"), "total_cents"),
    "a field has another type": (
        ORDERS, lambda d: field(d, "total_cents", ORDER).update(type="string"), "total_cents",
    ),
    "a field may be a fraction": (
        ORDERS, lambda d: field(d, "total_cents", ORDER).update(type="number"), "total_cents",
    ),
    "a field may be null": (
        ORDERS, lambda d: field(d, "total_cents", ORDER).update(type=["integer", "null"]), "total_cents",
    ),
    "a field has one more value": (ORDERS, lambda d: field(d, "status", ORDER)["enum"].append("lost"), "lost"),
    "a field may be larger": (
        ORDERS, lambda d: field(d, "total_cents", ORDER).update(maximum=10**13), "total_cents",
    ),
    "a field may be smaller": (ORDERS, lambda d: field(d, "total_cents", ORDER).update(minimum=-1), "total_cents"),
    "a field may be longer": (USERS, lambda d: field(d, "email", "UserView").update(maxLength=900), "email"),
    "a field has no pattern any more": (ORDERS, lambda d: field(d, "sku", "ProductView").pop("pattern"), "sku"),
    "a field has another format": (
        ORDERS, lambda d: field(d, "created_at", ORDER).update(format="date"), "created_at",
    ),
    "items have another type": (
        USERS, lambda d: field(d, "roles", "UserView")["items"].update(type="integer"), "roles",
    ),
    "an answer has another content type": (
        ORDERS,
        lambda d: renamed(operation(d, "post", "/orders")["responses"]["202"]["content"], "application/json", "a/b"),
        "application/json",
    ),
    "a header is gone": (
        ORDERS, lambda d: operation(d, "post", "/orders")["responses"]["202"]["headers"].pop("Location"), "Location",
    ),
    "a header may be missing": (ORDERS, lambda d: d["components"]["headers"]["Location"].pop("required"), "Location"),
    "a link is gone": (
        ORDERS, lambda d: operation(d, "post", "/orders")["responses"]["202"]["links"].pop("get_order"), "get_order",
    ),
    "a body needs one more field": (ORDERS, lambda d: with_field(d, "note", NEW_ORDER, required=True), "note"),
    "a field has to be sent": (ORDERS, lambda d: schema(d, NEW_ORDER)["required"].append("user_id"), "user_id"),
    "a field is not taken any more": (
        ORDERS, lambda d: schema(d, NEW_ORDER)["properties"].pop("user_id"), "user_id",
    ),
    "another type is asked": (
        ORDERS, lambda d: field(d, "quantity", NEW_LINE).update(type="string"), "quantity",
    ),
    "less is allowed": (ORDERS, lambda d: field(d, "quantity", NEW_LINE).update(maximum=10), "quantity"),
    "more is asked": (ORDERS, lambda d: field(d, "quantity", NEW_LINE).update(minimum=2), "quantity"),
    "a longer text is asked": (USERS, lambda d: field(d, "password", NEW_USER).update(minLength=20), "password"),
    "a shorter text is asked": (USERS, lambda d: field(d, "password", NEW_USER).update(maxLength=20), "password"),
    "fewer items are allowed": (ORDERS, lambda d: field(d, "lines", NEW_ORDER).update(maxItems=5), "lines"),
    "another pattern is asked": (USERS, lambda d: field(d, "password", NEW_USER).update(pattern="^a"), "password"),
    "a format is asked": (USERS, lambda d: field(d, "email", "Credentials").update(format="email"), "email"),
    "a body of another content type is asked": (
        ORDERS,
        lambda d: renamed(operation(d, "post", "/orders")["requestBody"]["content"], "application/json", "a/b"),
        "application/json",
    ),
    "a query may be less": (ORDERS, lambda d: query(d, "limit", "/products")["schema"].update(maximum=50), "limit"),
    "a query means something else where it is not sent": (
        ORDERS, lambda d: query(d, "limit", "/products")["schema"].update(default=5), "limit",
    ),
    "a query has one value less": (
        ORDERS, lambda d: query(d, "status", "/orders")["schema"]["enum"].remove("pending"), "pending",
    ),
    "a query is not looked at any more": (
        ORDERS,
        lambda d: operation(d, "get", "/orders")["parameters"].remove(query(d, "status", "/orders")),
        "status",
    ),
    "a query has to be sent": (ORDERS, lambda d: query(d, "status", "/orders").update(required=True), "status"),
    "a new query has to be sent": (
        ORDERS,
        lambda d: operation(d, "get", "/orders")["parameters"].append(
            {"name": "shop", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "shop",
    ),
    "a header has to be sent": (
        ORDERS, lambda d: d["components"]["parameters"]["Idempotency-Key"].update(required=True), "Idempotency-Key",
    ),
    "a header is not looked at any more": (
        ORDERS, lambda d: operation(d, "post", "/orders").update(parameters=[]), "Idempotency-Key",
    ),
    "a path may be less": (
        USERS, lambda d: d["paths"][USER_PATH]["parameters"][0]["schema"].update(maximum=5), "user_id",
    ),
    "a path is of another kind": (
        USERS,
        lambda d: d["paths"][USER_PATH]["parameters"][0].update(schema={"type": "string", "format": "uuid"}),
        "user_id",
    ),
    "a path has one value less": (
        USERS,
        lambda d: d["paths"]["/schemas/{event_type}.json"]["parameters"][0]["schema"]["enum"].remove(
            "order.placed.v1"
        ),
        "order.placed.v1",
    ),
    "a token is needed where none was": (
        ORDERS, lambda d: operation(d, "get", "/products").update(security=[{"bearer": []}]), "no token",
    ),
    "a scope is needed where none was": (
        ORDERS,
        lambda d: operation(d, "post", "/orders").update(security=[{"bearer": []}, {"oauth2": ["orders:write"]}]),
        "not enough",
    ),
    "its owner is not enough any more": (
        USERS, lambda d: operation(d, "get", USER_PATH)["security"].remove({"oauth2": []}), "not enough",
    ),
    "a scope is gone": (
        ORDERS,
        lambda d: [
            flow["scopes"].pop("orders:read")
            for flow in d["components"]["securitySchemes"]["oauth2"]["flows"].values()
        ],
        "orders:read",
    ),
}  # fmt: skip

HARMLESS: dict[str, tuple[str, Change]] = {
    "nothing": (ORDERS, lambda _: None),
    "a new path": (ORDERS, lambda d: d["paths"].update({"/new": {"get": other(d, "get", "/livez")}})),
    "a new method": (ORDERS, lambda d: d["paths"][PRODUCT_PATH].update(delete=other(d, "get", "/livez"))),
    "one more success": (
        ORDERS,
        lambda d: operation(d, "put", PRODUCT_PATH)["responses"].update(
            {"202": operation(d, "put", PRODUCT_PATH)["responses"]["200"]}
        ),
    ),
    "one more refusal": (
        ORDERS,
        lambda d: operation(d, "post", "/orders")["responses"].update(
            {"429": operation(d, "post", "/orders")["responses"]["409"]}
        ),
    ),
    "another sentence": (USERS, lambda d: operation(d, "get", USER_PATH).update(summary="Other", description="")),
    "another tag": (USERS, lambda d: operation(d, "get", USER_PATH).update(tags=["other"])),
    "another example": (ORDERS, lambda d: field(d, "total_cents", ORDER).update(examples=[1])),
    "another server": (ORDERS, lambda d: d["servers"].pop()),
    "another name of a schema": (
        ORDERS, lambda d: d.update(json.loads(json.dumps(d).replace(f'{ORDER}"', 'Other"'))),
    ),
    "one more field of an answer": (ORDERS, lambda d: with_field(d, "note", ORDER, required=True)),
    "fewer values of an answer": (ORDERS, lambda d: field(d, "status", ORDER)["enum"].remove("cancelled")),
    "a smaller range of an answer": (ORDERS, lambda d: field(d, "total_cents", ORDER).update(maximum=10)),
    "an answer that is never null": (ORDERS, lambda d: field(d, "customer_name", ORDER).update(type="string")),
    "fewer items of an answer": (ORDERS, lambda d: field(d, "items", "OrderPage").update(maxItems=50)),
    "one more header of an answer": (
        ORDERS,
        lambda d: operation(d, "get", "/livez")["responses"]["200"]["headers"].update(
            other={"schema": {"type": "string"}}
        ),
    ),
    "a header that is always there": (ORDERS, lambda d: d["components"]["headers"]["Link"].update(required=True)),
    "a field that may be sent": (ORDERS, lambda d: with_field(d, "note", NEW_ORDER, required=False)),
    "a field that need not be sent": (ORDERS, lambda d: schema(d, "NewProduct")["required"].remove("name")),
    "a larger range of a request": (ORDERS, lambda d: field(d, "quantity", NEW_LINE).update(maximum=10**4)),
    "more items of a request": (ORDERS, lambda d: field(d, "lines", NEW_ORDER).update(maxItems=1000)),
    "a request that may be null": (
        ORDERS, lambda d: field(d, "user_id", NEW_ORDER).update(type=["integer", "null"]),
    ),
    "one more value of a query": (ORDERS, lambda d: query(d, "status", "/orders")["schema"]["enum"].append("new")),
    "one more query": (
        ORDERS,
        lambda d: operation(d, "get", "/orders")["parameters"].append(
            {"name": "shop", "in": "query", "schema": {"type": "string"}}
        ),
    ),
    "a token is not needed any more": (ORDERS, lambda d: operation(d, "post", "/orders").update(security=[])),
    "one more scope is enough": (
        USERS, lambda d: operation(d, "get", "/users")["security"].append({"oauth2": ["users:write"]}),
    ),
}  # fmt: skip
