"""``Idempotency-Key``: whoever repeats a request gets one effect and one answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count as counting
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserErased, UserRegistered
from order_service.subscriptions import SUBSCRIPTIONS
from tests.component.conftest import ADMIN, bearer, make_app
from tests.matrix import on_each_database
from tests.stores import ORDERS, count, envelope, outbox

pytestmark = on_each_database

CHAIR = {"lines": [{"sku": "chair", "quantity": 1}]}
LAMP = {"lines": [{"sku": "lamp", "quantity": 1}]}
ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}


def keyed(key: str, user_id: int = 1) -> dict[str, str]:
    return {**bearer(user_id), "Idempotency-Key": key}


def test_who_repeats_an_order_gets_the_first_answer_and_no_second_order(
    orders: FlaskClient, order_store: Store[Any]
) -> None:
    first, again = (orders.post("/orders", json=CHAIR, headers=keyed("a")) for _ in range(2))

    assert (again.status_code, again.data) == (first.status_code, first.data) == (202, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert [event.type for event in outbox(order_store)] == ["order.placed.v1"]


def test_the_answer_is_the_first_one_whatever_became_of_the_order(orders: FlaskClient) -> None:
    order = orders.post("/orders", json=CHAIR, headers=keyed("a")).get_json()
    orders.post(f"/orders/{order['id']}/cancel", headers=bearer(1))

    assert orders.post("/orders", json=CHAIR, headers=keyed("a")).get_json() == order


def test_who_repeats_an_order_that_could_not_be_placed_any_more_gets_the_first_answer(orders: FlaskClient) -> None:
    first = orders.post("/orders", json=CHAIR, headers=keyed("a"))
    gone = {"name": "Chair", "unit_price_cents": 1, "active": False}
    assert orders.put("/products/chair", json=gone, headers=bearer(1, ADMIN)).status_code == 200

    again = orders.post("/orders", json=CHAIR, headers=keyed("a"))

    assert (again.status_code, again.data) == (202, first.data)
    assert orders.post("/orders", json=CHAIR, headers=keyed("b")).status_code == 422


def test_without_a_key_each_request_counts(orders: FlaskClient, order_store: Store[Any]) -> None:
    for _ in range(2):
        orders.post("/orders", json=CHAIR, headers=bearer(1))

    assert (count(order_store, "orders"), count(order_store, "answers")) == (2, 0)


@pytest.mark.parametrize(
    "body",
    [
        '{"lines":[{"quantity":1,"sku":"chair"}]}',
        '{ "lines" : [ { "sku" : "chair", "quantity" : 1 } ] }',
        '{"lines": [{"sku": "\\u0063hair", "quantity": 1}]}',
    ],
)
def test_the_same_json_written_otherwise_is_the_same_request(body: str, orders: FlaskClient) -> None:
    orders.post("/orders", json=CHAIR, headers=keyed("a"))

    again = orders.post("/orders", data=body, content_type="application/json", headers=keyed("a"))

    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_that_was_used_for_another_request_is_refused(orders: FlaskClient, order_store: Store[Any]) -> None:
    orders.post("/orders", json=CHAIR, headers=keyed("a"))

    answer = orders.post("/orders", json=LAMP, headers=keyed("a"))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["Idempotency-Key"])
    assert count(order_store, "orders") == 1


def test_a_refused_request_may_be_corrected_and_sent_again(orders: FlaskClient, order_store: Store[Any]) -> None:
    refused = orders.post("/orders", json={"lines": [{"sku": "nothing", "quantity": 1}]}, headers=keyed("a"))
    corrected = orders.post("/orders", json=CHAIR, headers=keyed("a"))

    assert (refused.status_code, corrected.status_code) == (422, 202)
    assert count(order_store, "answers") == 1


def test_a_key_belongs_to_its_caller_and_to_what_it_was_used_for(orders: FlaskClient) -> None:
    mine = orders.post("/orders", json=CHAIR, headers=keyed("a"))
    path = f"{mine.headers['Location']}/cancel"

    others = orders.post("/orders", json=CHAIR, headers=keyed("a", user_id=2))
    cancelled = orders.post(path, headers=keyed("a"))

    assert others.get_json()["user_id"] == 2
    assert cancelled.get_json()["status"] == "cancelled"
    assert orders.post(path, headers=keyed("a")).headers["Idempotent-Replayed"] == "true"
    assert orders.post(path, headers=keyed("a", user_id=2)).status_code == 404


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\u00fc", "a\tb"])
def test_a_key_that_is_none_is_refused(key: str, orders: FlaskClient, order_store: Store[Any]) -> None:
    answer = orders.post("/orders", json=CHAIR, headers=keyed(key))

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert count(order_store, "orders") == 0


def test_an_answer_tells_nothing_of_a_user_who_was_erased(orders: FlaskClient, order_store: Store[Any]) -> None:
    ada = UserRegistered(user_id=7, name="Ada", email="ada@example.com", credit_limit_cents=1)
    handle_once(order_store, SUBSCRIPTIONS, [envelope(ada, source="/user_service")])
    admin = {**bearer("a-client", ADMIN), "Idempotency-Key": "a"}
    first = orders.post("/orders", json={**CHAIR, "user_id": 7}, headers=admin).get_json()
    assert first["customer_name"] == "Ada"

    handle_once(order_store, SUBSCRIPTIONS, [envelope(UserErased(user_id=7), source="/user_service")])

    again = orders.post("/orders", json={**CHAIR, "user_id": 7}, headers=admin).get_json()
    assert again == {**first, "customer_name": None}


def test_signing_up_again_with_the_same_key_answers_the_same_user(users: FlaskClient, user_store: Store[Any]) -> None:
    first, again = (users.post("/users", json=ADA, headers={"Idempotency-Key": "a"}) for _ in range(2))

    assert (first.status_code, again.status_code, again.data) == (201, 201, first.data)
    assert (count(user_store, "users"), count(user_store, "outbox")) == (1, 1)


def test_a_stranger_with_the_same_key_is_somebody_else(users: FlaskClient) -> None:
    ada = users.post("/users", json=ADA, headers={"Idempotency-Key": "1"}).get_json()
    eve = users.post("/users", json={**ADA, "email": "eve@example.com"}, headers={"Idempotency-Key": "1"}).get_json()
    guess = users.post("/users", json={**ADA, "password": "wrong horse battery"}, headers={"Idempotency-Key": "1"})

    assert ada["id"] != eve["id"]
    assert guess.status_code == 409


def test_neither_key_nor_request_can_be_read_in_the_database(users: FlaskClient, user_store: Store[Any]) -> None:
    users.post("/users", json=ADA, headers={"Idempotency-Key": "my-very-own-key"})

    with user_store.connection(writes=False) as connection:
        (row,) = connection.execute(select(user_store.tables.answers)).all()
    assert "my-very-own-key" not in str(row)
    assert ADA["password"] not in str(row)


def test_signing_in_takes_no_key_so_no_token_is_stored(users: FlaskClient, user_store: Store[Any]) -> None:
    users.post("/users", json=ADA)
    pair = {"email": ADA["email"], "password": ADA["password"]}

    tokens = {
        users.post("/sessions", json=pair, headers={"Idempotency-Key": "a"}).get_json()["access_token"]
        for _ in range(2)
    }

    assert (len(tokens), count(user_store, "answers")) == (2, 0)


def test_twenty_at_the_same_time_place_one_order(orders: FlaskClient, order_store: Store[Any]) -> None:
    def post(_number: int) -> Any:
        return orders.application.test_client().post("/orders", json=CHAIR, headers=keyed("a"))

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 19
    assert (count(order_store, "orders"), count(order_store, "outbox")) == (1, 1)


BODIES = {"chair": CHAIR, "lamp": LAMP, "nothing": {"lines": [{"sku": "nothing", "quantity": 1}]}}
REQUESTS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(BODIES))), max_size=12)


@pytest.fixture
def somebody() -> Callable[[], int]:
    users = counting(1)
    return lambda: next(users)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=REQUESTS)
def test_any_repetition_of_keyed_requests_has_one_effect_a_key(
    requests: list[tuple[str, str]], somebody: Callable[[], int], orders: FlaskClient
) -> None:
    user_id = somebody()
    first: dict[str, tuple[str, str]] = {}

    for key, wanted in requests:
        answer = orders.post("/orders", json=BODIES[wanted], headers=keyed(key, user_id))
        if key in first and first[key][0] == wanted:
            assert (answer.status_code, answer.get_json()["id"]) == (202, first[key][1])
        elif key in first or wanted == "nothing":
            assert answer.status_code == 422
        else:
            assert answer.status_code == 202
            first[key] = (wanted, answer.get_json()["id"])

    shown = orders.get("/orders", headers=bearer(user_id)).get_json()["items"]
    assert {order["id"] for order in shown} == {order_id for _, order_id in first.values()}


def test_a_failure_before_the_commit_leaves_neither_effect_nor_answer(
    order_store: Store[Any], orders: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ORDERS.unit_of_work, "write_new", lambda _: 1 / 0)
    failed = orders.post("/orders", json=CHAIR, headers=keyed("a"))
    monkeypatch.undo()

    again = make_app(ORDERS, order_store).test_client().post("/orders", json=CHAIR, headers=keyed("a"))

    assert (failed.status_code, again.status_code) == (500, 202)
    assert "Idempotent-Replayed" not in again.headers
    assert orders.get("/orders", headers=bearer(9, ADMIN)).get_json()["items"] == [again.get_json()]
