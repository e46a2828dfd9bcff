"""What every answer tells browsers, and whose pages may call."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.store.store import Store
from tests.component.conftest import bearer, make_app
from tests.stores import ORDERS

SHOP, EVIL = "https://shop.example", "https://evil.example"


@pytest.mark.parametrize("path", ["/products", "/nothing", "/livez", "/orders"])
def test_every_answer_is_taken_for_what_it_is_and_shown_in_no_frame(path: str, orders: FlaskClient) -> None:
    headers = orders.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_what_was_asked_for_with_a_token_is_kept_by_nobody_else(orders: FlaskClient) -> None:
    assert orders.get("/orders", headers=bearer(1)).headers["Cache-Control"] == "private, no-cache"
    assert "Cache-Control" not in orders.get("/products").headers


def test_no_foreign_page_may_call_unless_a_setting_lets_it(order_store: Store[Any], orders: FlaskClient) -> None:
    closed = orders.get("/products", headers={"Origin": SHOP}).headers
    opened = make_app(ORDERS, order_store, cors_origins=(SHOP,)).test_client()

    assert "Access-Control-Allow-Origin" not in closed
    let_in = opened.get("/products", headers={"Origin": SHOP}).headers
    assert (let_in["Access-Control-Allow-Origin"], let_in["Vary"]) == (SHOP, "Origin")
    assert "Access-Control-Allow-Credentials" not in let_in
    kept_out = opened.get("/products", headers={"Origin": EVIL}).headers
    assert "Access-Control-Allow-Origin" not in kept_out


def test_a_page_that_is_let_in_is_told_what_it_may_send(order_store: Store[Any]) -> None:
    opened = make_app(ORDERS, order_store, cors_origins=(SHOP,)).test_client()

    answer = opened.options("/orders", headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})

    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
