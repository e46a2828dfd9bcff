"""What callers see after a change, with each kind of cache: at once on the same instance, soon on every other."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from redis import Redis

from chassis.cache.cache import Cache
from chassis.cache.connection import Connection
from chassis.cache.memory import Memory
from chassis.cache.shared import Shared
from chassis.messaging.handling import handle_once
from chassis.service import Service
from chassis.store.store import Store
from events.event import Event
from events.external import ProductListed
from events.users import CreditReserved, UserProfileChanged, UserRegistered, UserTokensRevoked
from order_service.subscriptions import SUBSCRIPTIONS
from tests.component.conftest import ADMIN, bearer, make_app
from tests.eventually import eventually
from tests.stores import ORDERS, USERS, add_user, envelope, migrated, opened

SEQUENCE = count(1)
Open = Callable[[Service], Store[Any]]


@pytest.fixture(params=["memory", "redis"])
def open_store(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Open]:
    """Another process of a service, each time: its store, with a cache of its own on what they share."""
    stores = []
    url = None
    if request.param == "redis":
        # What other tests have cached under the same ids is elsewhere.
        url = request.getfixturevalue("redis_url").replace("/0", "/6")
        Redis.from_url(url).flushdb()

    def open_one(service: Service) -> Store[Any]:
        cache = Cache(service.name, Shared(Connection(url)) if url else Memory())
        opening = (opened if stores else migrated)(service, sqlite_url, cache=cache)
        stores.append(opening)
        return opening.__enter__()

    yield open_one
    for opening in stores:
        opening.__exit__(None, None, None)


def get(client: FlaskClient, path: str, headers: dict[str, str]) -> Any:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def handle(store: Store[Any], *events: Event, source: str = "/user_service") -> None:
    envelopes = [envelope(event, sequence=next(SEQUENCE), source=source) for event in events]
    handle_once(store, SUBSCRIPTIONS, envelopes)


def test_a_changed_user_is_seen_changed(open_store: Open) -> None:
    store = open_store(USERS)
    user_id = add_user(store)
    here, elsewhere = (make_app(USERS, each).test_client() for each in (store, open_store(USERS)))
    headers = bearer(user_id)
    before = [get(client, f"/users/{user_id}", headers)["name"] for client in (here, elsewhere)]

    here.patch(f"/users/{user_id}", json={"name": "Grace"}, headers=headers)

    assert before == ["Ada", "Ada"]
    assert get(here, f"/users/{user_id}", headers)["name"] == "Grace"
    eventually(lambda: get(elsewhere, "/users/me", headers)["name"] == "Grace", timeout=5)


def test_a_changed_product_is_seen_changed_whoever_changed_it(open_store: Open) -> None:
    store = open_store(ORDERS)
    here, elsewhere = (make_app(ORDERS, each).test_client() for each in (store, open_store(ORDERS)))
    put = {"name": "Lamp", "unit_price_cents": 100}
    here.put("/products/lamp", json=put, headers=bearer(1, ADMIN))
    get(elsewhere, "/products/lamp", {})

    here.put("/products/lamp", json={**put, "name": "Lantern"}, headers=bearer(1, ADMIN))

    assert get(here, "/products/lamp", {})["name"] == "Lantern"
    eventually(lambda: get(elsewhere, "/products/lamp", {})["name"] == "Lantern", timeout=5)

    handle(store, ProductListed(sku="lamp", name="Torch", unit_price_cents=1, active=True), source="/shop")

    assert get(here, "/products/lamp", {})["name"] == "Torch"
    eventually(lambda: get(elsewhere, "/products/lamp", {})["name"] == "Torch", timeout=5)


def test_an_order_is_seen_as_it_is_with_its_customer_s_name(open_store: Open) -> None:
    store = open_store(ORDERS)
    here, elsewhere = (make_app(ORDERS, each).test_client() for each in (store, open_store(ORDERS)))
    here.put("/products/lamp", json={"name": "Lamp", "unit_price_cents": 100}, headers=bearer(1, ADMIN))
    placed = here.post("/orders", json={"lines": [{"sku": "lamp", "quantity": 1}]}, headers=bearer(1)).get_json()
    path = f"/orders/{placed['id']}"

    def seen(client: FlaskClient) -> tuple[str, str | None]:
        order = get(client, path, bearer(1))
        return order["status"], order["customer_name"]

    assert [seen(here), seen(elsewhere)] == [("pending", None)] * 2

    handle(store, UserRegistered(user_id=1, name="Ada", email="a@example.com", credit_limit_cents=5))
    handle(store, CreditReserved(order_id=UUID(placed["id"]), user_id=1, amount_cents=100))

    assert seen(here) == ("confirmed", "Ada")
    eventually(lambda: seen(elsewhere) == ("confirmed", "Ada"), timeout=5)

    handle(store, UserProfileChanged(user_id=1, name="Grace", email="a@example.com"))
    here.post(f"{path}/cancel", headers=bearer(1))

    assert seen(here) == ("cancelled", "Grace")
    eventually(lambda: seen(elsewhere) == ("cancelled", "Grace"), timeout=5)


def test_an_order_is_shown_to_nobody_else_out_of_the_cache(open_store: Open) -> None:
    store = open_store(ORDERS)
    orders = make_app(ORDERS, store).test_client()
    orders.put("/products/lamp", json={"name": "Lamp", "unit_price_cents": 100}, headers=bearer(1, ADMIN))
    placed = orders.post("/orders", json={"lines": [{"sku": "lamp", "quantity": 1}]}, headers=bearer(1)).get_json()
    orders.post(f"/orders/{placed['id']}/cancel", headers=bearer(1))
    get(orders, f"/orders/{placed['id']}", bearer(1))

    assert orders.get(f"/orders/{placed['id']}", headers=bearer(2)).status_code == 404
    assert orders.get(f"/orders/{placed['id']}", headers=bearer(2, "orders:read")).status_code == 200


def test_ended_tokens_are_refused_though_their_user_is_cached(open_store: Open) -> None:
    store = open_store(ORDERS)
    here, elsewhere = (make_app(ORDERS, each).test_client() for each in (store, open_store(ORDERS)))
    handle(store, UserRegistered(user_id=1, name="Ada", email="a@example.com", credit_limit_cents=5))
    old = bearer(1)
    assert [client.get("/orders", headers=old).status_code for client in (here, elsewhere)] == [200, 200]

    with store.reading() as unit_of_work:
        now = unit_of_work.now
    handle(store, UserTokensRevoked(user_id=1, issued_before=now))

    assert here.get("/orders", headers=old).status_code == 401
    eventually(lambda: elsewhere.get("/orders", headers=old).status_code == 401, timeout=5)
