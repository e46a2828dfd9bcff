"""What both services have in common at their HTTP front."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey

from chassis.api.keys import KeysUnavailable
from tests.component.conftest import ADMIN, AUDIENCE, KEY, bearer, make_app, token
from tests.stores import ORDERS

ORDER = {"lines": [{"sku": "chair", "quantity": 1}]}
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": b"\xff", "content_type": "application/json"}, 400),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": '{"lines": ' + "9" * 5000 + "}", "content_type": "application/json"}, 400),
        ({"data": "{}", "content_type": "application/foo+json"}, 415),
        ({"data": "a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": "x" * ((1 << 20) + 1), "content_type": "application/json"}, 413),
    ],
)
def test_a_body_that_can_not_be_read_is_a_problem(
    request_of: dict[str, Any], status: int, orders: FlaskClient
) -> None:
    answer = orders.post("/orders", headers=bearer(1), **request_of)

    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "instance", "trace_id"} <= problem.keys()


def test_a_body_without_a_length_is_not_cut_off_in_silence(orders: FlaskClient) -> None:
    body = b'{"name": "Desk", "unit_price_cents": 5}' + b" " * (1 << 20) + b"garbage"
    headers = {**bearer(1, ADMIN), "Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    environ = {"wsgi.input_terminated": True}

    answer = orders.put("/products/desk", input_stream=io.BytesIO(body), headers=headers, environ_overrides=environ)

    assert answer.status_code == 413
    assert orders.get("/products/desk").status_code == 404


def test_another_method_is_refused_with_what_is_allowed(orders: FlaskClient) -> None:
    answer = orders.delete("/orders")

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_trace_is_taken_up_and_a_bad_one_begun_anew(orders: FlaskClient) -> None:
    taken = orders.get("/products", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    begun = orders.get("/products", headers={"traceparent": "nonsense"})

    assert taken.headers["traceparent"].split("-")[1] == TRACE
    assert len(begun.headers["traceparent"].split("-")[1]) == 32


FOREIGN = ECKey.generate_key("P-256", {"kid": KEY.kid}, private=True)
SECRET = OctKey.import_key("a secret that is long enough for HS256", {"kid": KEY.kid})
BAD_TOKENS = {
    "nonsense": "nonsense",
    "empty": "",
    "expired": token(exp=1),
    "another issuer": token(iss="http://evil"),
    "another audience": token(aud="others"),
    "another type": token(header={"typ": "JWT"}),
    "a user that nobody can be": token(10**30),
    "user zero": token(0),
    "unknown key": token(header={"kid": "nobody's"}),
    "a foreign key": token(key=FOREIGN),
    "algorithm none": "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoidGVzdC1rZXkifQ.e30.",
    "a symmetric algorithm": token(header={"alg": "HS256"}, key=SECRET),
    "tampered": token()[:-6] + "AAAAAA",
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_bad_token_is_refused(kind: str, orders: FlaskClient) -> None:
    answer = orders.get("/orders", headers={"Authorization": f"Bearer {BAD_TOKENS[kind]}"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_the_audience_may_be_one_of_several(orders: FlaskClient) -> None:
    assert orders.get("/orders", headers=bearer(1, aud=["others", AUDIENCE])).status_code == 200


def test_while_no_key_was_ever_had_tokens_can_not_be_checked(order_store: Any) -> None:
    class Away:
        def find(self, _key_id: str) -> None:
            raise KeysUnavailable

    client = make_app(ORDERS, order_store, Away()).test_client()

    answer = client.get("/orders", headers=bearer(1))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert client.get("/products").status_code == 200


def test_live_and_ready_are_told(orders: FlaskClient) -> None:
    assert orders.get("/livez").status_code == 200
    assert orders.get("/readyz").status_code == 200


def test_without_its_database_a_service_is_live_but_not_ready(
    order_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app(ORDERS, order_store).test_client()
    monkeypatch.setattr(order_store, "answers", lambda: False)
    client = make_app(ORDERS, order_store).test_client()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()["detail"]) == (503, "Not ready: database.")
    assert client.get("/livez").status_code == 200


def test_requests_are_counted_by_route(orders: FlaskClient) -> None:
    orders.get("/products/lamp")

    metrics = orders.get("/metrics").text

    assert 'http_requests_total{method="GET",route="/products/<sku>",service="order_service",status="200"}' in metrics


def test_methods_that_somebody_made_up_share_one_label(orders: FlaskClient) -> None:
    orders.open("/products", method="MADEUP")

    metrics = orders.get("/metrics").text

    assert "MADEUP" not in metrics
    assert 'method="other"' in metrics


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_inside(
    order_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app(ORDERS, order_store).test_client()
    monkeypatch.setattr(order_store, "reading", lambda: 1 / 0)

    answer = client.get("/products")

    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "division" not in answer.text
