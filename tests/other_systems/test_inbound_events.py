"""Whoever publishes, in whatever mode: what other systems tell us takes effect."""

from uuid import uuid4

import pytest

from tests.api_client import Caller, event
from tests.eventually import eventually
from tests.other_systems.clients import CLIENTS, Client

pytestmark = pytest.mark.parametrize("client", [pytest.param(client, id=name) for name, client in CLIENTS.items()])


def list_product(client: Client, broker_url: str, caller: Caller) -> str:
    """A product of 1.00 that can be ordered."""
    sku = f"sku-{uuid4()}"
    listing = {"sku": sku, "name": "Stühlchen", "unit_price_cents": 100, "active": True}
    client(broker_url, event("catalog.product_listed.v1", listing, subject=sku))
    eventually(lambda: caller.http.get(f"{caller.orders}/products/{sku}", timeout=20).status_code == 200)
    return sku


def test_a_product_is_listed(client: Client, broker_url: str, ada: Caller) -> None:
    sku = list_product(client, broker_url, ada)

    product = ada.http.get(f"{ada.orders}/products/{sku}", timeout=20).json()
    assert (product["name"], product["unit_price_cents"], product["active"]) == ("Stühlchen", 100, True)


def test_an_order_is_placed_and_settled(client: Client, broker_url: str, ada: Caller) -> None:
    sku, order_id = list_product(client, broker_url, ada), str(uuid4())
    wanted = {"order_id": order_id, "user_id": ada.id, "lines": [{"sku": sku, "quantity": 3}]}

    client(broker_url, event("sales.order_requested.v1", wanted, subject=order_id))

    eventually(lambda: ada.http.get(f"{ada.orders}/orders/{order_id}", timeout=20).status_code == 200)
    order = ada.settled(order_id)
    assert (order["status"], order["total_cents"]) == ("confirmed", 300)


def test_a_credit_limit_is_set(client: Client, broker_url: str, ada: Caller) -> None:
    limit = 100_000 + uuid4().int % 100_000

    decided = {"user_id": ada.id, "credit_limit_cents": limit}
    client(broker_url, event("billing.credit_limit_set.v1", decided, subject=str(ada.id)))

    eventually(lambda: ada.me()["credit_limit_cents"] == limit)
