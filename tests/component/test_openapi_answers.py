"""What the services really answer is what their documents say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.api.keys import KeysUnavailable
from chassis.errors import StoreUnavailable
from tests.component.conftest import ADMIN, bearer, make_app
from tests.described import Document
from tests.stores import ORDERS

Call = Callable[[FlaskClient], TestResponse]
ORDER = {"lines": [{"sku": "chair", "quantity": 2}]}
PRODUCT = {"name": "Lamp", "unit_price_cents": 1}
SOMEBODY = {"name": "Bob", "email": "bob@example.com", "password": "correct horse battery"}
KEYED = {"Idempotency-Key": "k"}
STALE = {"If-Match": '"0"'}
TOO_LARGE = {"data": "x" * ((1 << 20) + 1), "content_type": "application/json"}
A_FORM = {"data": "a=b", "content_type": "application/x-www-form-urlencoded"}
NOTHING = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is answered is no matter of the database."""
    return sqlite_url


def asked(method: str, path: str, *headers: dict[str, str], **more: Any) -> Call:
    merged = {name: value for given in headers for name, value in given.items()}
    return lambda client: client.open(path, method=method, headers=merged, **more)


def known(path: str, *headers: dict[str, str]) -> Call:
    """Ask again with the tag of the first answer."""

    def ask(client: FlaskClient) -> TestResponse:
        merged = {name: value for given in headers for name, value in given.items()}
        tag = client.get(path, headers=merged).headers["ETag"]
        return client.get(path, headers={**merged, "If-None-Match": tag})

    return ask


def twice(call: Call) -> Call:
    def ask(client: FlaskClient) -> TestResponse:
        call(client)
        return call(client)

    return ask


def differences(client: FlaskClient, answer: TestResponse) -> list[str]:
    request = answer.request
    return Document(client.get("/openapi.json").get_json()).differences(request.method, request.path, answer)


ME, ROOT, BAD = bearer(1), bearer(1, ADMIN), {"Authorization": "Bearer nonsense"}
OF_USERS: list[tuple[int, Call]] = [
    (200, asked("GET", "/livez")),
    (200, asked("GET", "/readyz")),
    (200, asked("GET", "/metrics")),
    (200, asked("GET", "/openapi.json")),
    (200, asked("GET", "/schemas/user.registered.v1.json")),
    (404, asked("GET", "/schemas/nothing.json")),
    (200, asked("GET", "/.well-known/jwks.json")),
    (201, asked("POST", "/users", KEYED, json=SOMEBODY)),
    (201, twice(asked("POST", "/users", KEYED, json=SOMEBODY))),
    (400, asked("POST", "/users", data="{", content_type="application/json")),
    (400, asked("POST", "/users", {"Idempotency-Key": "a b"}, json=SOMEBODY)),
    (409, twice(asked("POST", "/users", json=SOMEBODY))),
    (413, asked("POST", "/users", **TOO_LARGE)),
    (415, asked("POST", "/users", **A_FORM)),
    (422, asked("POST", "/users", json={"name": " "})),
    (422, asked("POST", "/users", json=[])),
    (200, asked("GET", "/users?limit=1", ROOT)),
    (422, asked("GET", "/users?after=$", ROOT)),
    (401, asked("GET", "/users")),
    (403, asked("GET", "/users", ME)),
    (200, asked("GET", "/users/me", ME)),
    (304, known("/users/me", ME)),
    (403, asked("GET", "/users/me", bearer("billing"))),
    (200, asked("GET", "/users/1", ME)),
    (304, known("/users/1", ME)),
    (401, asked("GET", "/users/1", BAD)),
    (403, asked("GET", "/users/2", ME)),
    (404, asked("GET", "/users/2", ROOT)),
    (404, asked("GET", "/users/ü 0", ROOT)),
    (200, asked("PATCH", "/users/1", ME, json={"name": "Ada"})),
    (412, asked("PATCH", "/users/1", ME, STALE, json={"name": "Ada"})),
    (422, asked("PATCH", "/users/1", ME, json={"admin": True})),
    (412, asked("DELETE", "/users/1", ME, STALE)),
    (204, asked("DELETE", "/users/1", ME)),
    (401, twice(asked("DELETE", "/users/1", ME))),
    (200, asked("GET", "/users/1/reservations", ME)),
    (200, asked("PUT", "/users/1/credit-limit", ROOT, json={"credit_limit_cents": 5.0})),
    (422, asked("PUT", "/users/1/credit-limit", ROOT, json={"credit_limit_cents": 1.5})),
    (201, asked("POST", "/sessions", json={"email": "ada@example.com", "password": "correct horse battery"})),
    (401, asked("POST", "/sessions", json={"email": "ada@example.com", "password": "wrong"})),
]
OF_ORDERS: list[tuple[int, Call]] = [
    (202, asked("POST", "/orders", ME, KEYED, json=ORDER)),
    (202, twice(asked("POST", "/orders", ME, KEYED, json=ORDER))),
    (202, asked("POST", "/orders", ME, {"Prefer": "wait=1"}, json=ORDER)),
    (400, asked("POST", "/orders", ME, data="{", content_type="application/json")),
    (401, asked("POST", "/orders", json=ORDER)),
    (403, asked("POST", "/orders", ME, json={**ORDER, "user_id": 2})),
    (413, asked("POST", "/orders", ME, **TOO_LARGE)),
    (415, asked("POST", "/orders", ME, **A_FORM)),
    (422, asked("POST", "/orders", ME, json={"lines": [{"sku": "old", "quantity": 1}]})),
    (200, twice(asked("GET", "/orders?limit=1&status=pending", ME))),
    (422, asked("GET", "/orders?limit=1.5", ME)),
    (403, asked("GET", "/orders?user_id=2", ME)),
    (404, asked("GET", f"/orders/{NOTHING}", ME)),
    (404, asked("GET", f"/orders/{NOTHING}/history", ME)),
    (404, asked("POST", f"/orders/{NOTHING}/cancel", ME)),
    (415, asked("POST", f"/orders/{NOTHING}/cancel", ME, **A_FORM)),
    (200, asked("GET", "/products?limit=1")),
    (200, asked("GET", "/products?limit=2.0")),
    (200, asked("GET", "/products/lamp")),
    (304, known("/products/lamp")),
    (404, asked("GET", "/products/nothing")),
    (404, asked("GET", "/products/-")),
    (200, asked("PUT", "/products/lamp", ROOT, json=PRODUCT)),
    (201, asked("PUT", "/products/new", ROOT, json=PRODUCT)),
    (403, asked("PUT", "/products/lamp", ME, json=PRODUCT)),
    (412, asked("PUT", "/products/lamp", ROOT, STALE, json=PRODUCT)),
]


@pytest.mark.parametrize("at", range(len(OF_USERS)))
def test_user_service_answers_what_it_says(at: int, users: FlaskClient, sign_up: Callable[..., Any]) -> None:
    assert sign_up()["id"] == 1
    status, ask = OF_USERS[at]

    answer = ask(users)

    assert answer.status_code == status, answer.text
    assert differences(users, answer) == []


@pytest.mark.parametrize("at", range(len(OF_ORDERS)))
def test_order_service_answers_what_it_says(at: int, orders: FlaskClient) -> None:
    status, ask = OF_ORDERS[at]

    answer = ask(orders)

    assert answer.status_code == status, answer.text
    assert differences(orders, answer) == []


def test_the_example_of_where_a_page_goes_on_is_taken_by_user_service(
    users: FlaskClient, sign_up: Callable[..., Any]
) -> None:
    sign_up()

    assert [answer.status_code for answer in following_examples(users)] == [200, 200]


def test_the_example_of_where_a_page_goes_on_is_taken_by_order_service(orders: FlaskClient) -> None:
    assert [answer.status_code for answer in following_examples(orders)] == [200, 200]


def following_examples(client: FlaskClient) -> Iterator[TestResponse]:
    """The answers of each list, asked as its example says; the example is that of its pages too."""
    document = Document(client.get("/openapi.json").get_json())
    for _, path, operation in document.operations():
        for told in (told for told in operation["parameters"] if told.get("name") == "after"):
            page = document.resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
            (example,) = told["schema"]["examples"]
            assert page["properties"]["next"]["examples"] == [example, None]
            yield client.get(f"{path.format(user_id=1)}?after={example}", headers=ROOT)


def test_an_order_is_shown_as_described_all_its_way(orders: FlaskClient) -> None:
    path = orders.post("/orders", json=ORDER, headers=ME).headers["Location"]

    answers = [
        orders.get(path, headers=ME),
        orders.get("/orders", headers=ME),
        orders.post(f"{path}/cancel", headers=ME),
        orders.get(f"{path}/history", headers=ME),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [differences(orders, answer) for answer in answers] == [[]] * 4


def test_what_can_not_be_answered_now_is_described(order_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def find(self, _key_id: str) -> None:
            raise KeysUnavailable

    def away() -> None:
        raise StoreUnavailable

    client = make_app(ORDERS, order_store, Away()).test_client()
    monkeypatch.setattr(order_store, "reading", away)
    monkeypatch.setattr(order_store, "answers", lambda: False)
    client = make_app(ORDERS, order_store, Away()).test_client()

    answers = [client.get("/orders", headers=ME), client.get("/products"), client.get("/readyz")]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(answer.headers["Retry-After"] == "1" for answer in answers)
    assert [differences(client, answer) for answer in answers] == [[]] * 3
