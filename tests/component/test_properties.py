"""What holds for any story of requests: pages miss and repeat nothing, and no change is lost in silence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database

pytestmark = on_each_database

#: Each example has a user of its own, so that the database may be shared by all.
on_a_shared_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CHAIR = {"lines": [{"sku": "chair", "quantity": 1}]}


@pytest.fixture
def next_user_id() -> Callable[[], int]:
    numbers = count(1)
    return lambda: next(numbers)


def place(orders: FlaskClient, user_id: int) -> str:
    return str(orders.post("/orders", json=CHAIR, headers=bearer(user_id)).get_json()["id"])


def follow(client: FlaskClient, path: str, headers: dict[str, str]) -> tuple[list[Any], str]:
    """A page's items, and where the next one is."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    body, link = answer.get_json(), answer.headers.get("Link", "")
    assert (body["next"] is None) is (link == "")
    return body["items"], link.partition(">")[0].removeprefix("<")


@on_a_shared_database
@given(before=st.integers(0, 12), limit=st.integers(1, 5), added=st.lists(st.integers(0, 3), max_size=6))
def test_pages_of_orders_are_complete_and_without_repeats_while_orders_are_added(
    before: int, limit: int, added: list[int], orders: FlaskClient, next_user_id: Callable[[], int]
) -> None:
    user_id = next_user_id()
    placed = [place(orders, user_id) for _ in range(before)]

    seen: list[str] = []
    path, additions = f"/orders?limit={limit}", iter(added)
    while path:
        items, path = follow(orders, path, bearer(user_id))
        assert len(items) <= limit
        seen += [order["id"] for order in items]
        for _ in range(next(additions, 0)):
            place(orders, user_id)

    assert seen == placed[::-1]


SKUS = st.text("abcXYZ019._-", min_size=1, max_size=8).filter(lambda sku: sku[0] not in "._-")


@on_a_shared_database
@given(before=st.sets(SKUS, max_size=12), limit=st.integers(1, 5), added=st.lists(SKUS, max_size=6), data=st.data())
def test_pages_of_products_show_all_that_were_there_and_none_twice_while_others_come(
    before: set[str], limit: int, added: list[str], data: st.DataObject, orders: FlaskClient
) -> None:
    def put(sku: str) -> None:
        body = {"name": "Thing", "unit_price_cents": 1}
        assert orders.put(f"/products/{sku}", json=body, headers=bearer(1, ADMIN)).status_code in {200, 201}

    for sku in before:
        put(sku)

    seen: list[str] = []
    path, additions = f"/products?limit={limit}", iter(added)
    while path:
        items, path = follow(orders, path, {})
        seen += [product["sku"] for product in items]
        if (sku := next(additions, None)) is not None:
            put(sku)

    assert before <= set(seen)
    assert len(seen) == len(set(seen))


#: Who writes next, whether it looks before, and what it sets.
WRITES = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from(["Ada", "Grace", "Edith", "Joan"])), max_size=12
)


@on_a_shared_database
@given(writes=WRITES)
def test_in_any_order_of_guarded_changes_nobody_overwrites_what_it_has_not_seen(
    writes: list[tuple[int, bool, str]], users: FlaskClient, next_user_id: Callable[[], int]
) -> None:
    body = {"name": "Ada", "email": f"{next_user_id()}@example.com", "password": "correct horse battery"}
    user_id = users.post("/users", json=body).get_json()["id"]
    path, headers = f"/users/{user_id}", bearer(user_id)

    def look() -> tuple[str, str]:
        answer = users.get(path, headers=headers)
        return answer.get_json()["name"], answer.headers["ETag"]

    stored = look()[0]
    seen = dict.fromkeys(range(3), look())
    for writer, looks, name in writes:
        if looks:
            seen[writer] = look()
        known, tag = seen[writer]
        answer = users.patch(path, json={"name": name}, headers={**headers, "If-Match": tag})
        assert answer.status_code in {200, 412}
        if answer.status_code == 200:
            assert known == stored
            stored, seen[writer] = name, (name, answer.headers["ETag"])
        assert look()[0] == stored


def test_of_changes_that_everybody_makes_at_once_none_is_lost(users: FlaskClient) -> None:
    body = {"name": "_", "email": "ada@example.com", "password": "correct horse battery"}
    path, headers = f"/users/{users.post('/users', json=body).get_json()['id']}", bearer(1)

    def add(letter: str) -> None:
        client, status = users.application.test_client(), 0
        while status != 200:
            seen = client.get(path, headers=headers)
            change = {"name": seen.get_json()["name"] + letter}
            guarded = {**headers, "If-Match": seen.headers["ETag"]}
            status = client.patch(path, json=change, headers=guarded).status_code
            assert status in {200, 409, 412}

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, "abcdefgh"))

    assert sorted(users.get(path, headers=headers).get_json()["name"]) == sorted("_abcdefgh")
