"""Who fails to sign in too often has to wait, and nobody else."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from flask.testing import FlaskClient
from limits import parse
from redis import Redis

from chassis.store.store import Store
from tests.component.conftest import bearer, make_app
from tests.stores import ORDERS, USERS

ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
GOOD = {"email": ADA["email"], "password": ADA["password"]}
BAD = {**GOOD, "password": "wrong horse battery"}
PROXY = "10.0.0.7"


@pytest.fixture
def make(user_store: Store[Any]) -> Callable[..., FlaskClient]:
    def client(**settings: Any) -> FlaskClient:
        made = make_app(USERS, user_store, **settings).test_client()
        made.post("/users", json=ADA)
        return made

    return client


def sign_in(users: FlaskClient, pair: dict[str, str], address: str = "192.0.2.1", **headers: str) -> Any:
    return users.post("/sessions", json=pair, headers=headers, environ_overrides={"REMOTE_ADDR": address})


def test_after_ten_failures_an_account_is_closed_to_this_address_for_a_while(
    make: Callable[..., FlaskClient],
) -> None:
    users = make()

    statuses = [sign_in(users, BAD).status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]
    refused = sign_in(users, {**GOOD, "email": "ADA@example.com"})
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_nobody_locks_a_stranger_out(make: Callable[..., FlaskClient]) -> None:
    users = make()
    for _ in range(11):
        sign_in(users, BAD)

    assert sign_in(users, GOOD, "192.0.2.2").status_code == 201


def test_whoever_signs_in_well_is_not_counted(make: Callable[..., FlaskClient]) -> None:
    users = make(sign_in_limit_per_account=parse("2/minute"))

    assert [sign_in(users, GOOD).status_code for _ in range(4)] == [201] * 4


def test_the_password_of_who_has_left_is_as_wrong_as_any_other(
    make: Callable[..., FlaskClient], user_store: Store[Any]
) -> None:
    users = make(sign_in_limit_per_account=parse("2/minute"))
    users.delete("/users/1", headers=bearer(1))

    assert [sign_in(users, GOOD).status_code for _ in range(3)] == [401, 401, 429]


def test_an_address_that_tries_many_accounts_is_stopped_too(make: Callable[..., FlaskClient]) -> None:
    users = make(sign_in_limit_per_address=parse("5/minute"))

    statuses = [sign_in(users, {**BAD, "email": f"{n}@example.com"}).status_code for n in range(6)]

    assert statuses == [401] * 5 + [429]
    assert sign_in(users, GOOD).status_code == 429


def test_the_sign_in_page_and_the_change_of_a_password_count_as_well(
    make: Callable[..., FlaskClient], user_store: Store[Any]
) -> None:
    users = make(sign_in_limit_per_account=parse("2/minute"))
    body = {"current_password": BAD["password"], "new_password": "another horse battery"}

    statuses = [users.put("/users/1/password", json=body, headers=bearer(1)).status_code for _ in range(3)]

    assert statuses == [422, 422, 429]
    assert users.post("/sessions", json=GOOD).status_code == 429


def test_a_limit_can_be_taken_away(make: Callable[..., FlaskClient]) -> None:
    users = make(sign_in_limit_per_account=None, sign_in_limit_per_address=None)

    assert {sign_in(users, BAD).status_code for _ in range(12)} == {401}


@pytest.mark.parametrize(
    ("trusted", "forwarded", "is_told_apart"),
    [
        ([], "198.51.100.{}", False),
        ([PROXY], "198.51.100.{}", True),
        ([PROXY], "198.51.100.{}, 203.0.113.9", False),
        (["10.0.0.0/8"], "198.51.100.{}, 10.1.2.3", True),
        # One customer has all the addresses of such a network.
        ([PROXY], "2001:db8::{}", False),
        ([PROXY], "2001:db8:0:{}::1", True),
        ([PROXY], "::ffff:198.51.100.{}", True),
        ([PROXY], "nonsense {}", False),
        ([PROXY], "", False),
    ],
)
def test_the_client_s_address_is_the_last_that_none_of_our_proxies_has(
    trusted: list[str], forwarded: str, is_told_apart: bool, make: Callable[..., FlaskClient]
) -> None:
    users = make(
        sign_in_limit_per_address=parse("2/minute"), trusted_proxies=tuple(ip_network(each) for each in trusted)
    )

    statuses = [
        sign_in(
            users, {**BAD, "email": f"{n}@example.com"}, PROXY, **{"X-Forwarded-For": forwarded.format(n)}
        ).status_code
        for n in range(1, 4)
    ]

    assert statuses == [401, 401, 401 if is_told_apart else 429]


def test_requests_are_limited_where_a_setting_says_so_and_health_never(order_store: Store[Any]) -> None:
    orders = make_app(ORDERS, order_store, request_limit=parse("3/minute")).test_client()

    statuses = [orders.get("/products").status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert [orders.get(path).status_code for path in ("/livez", "/readyz", "/metrics")] == [200] * 3


def test_all_instances_count_together_where_there_is_redis(
    make: Callable[..., FlaskClient], user_store: Store[Any], redis_url: str
) -> None:
    # A database of its own in Redis, so that no other test's failures are counted.
    one, other = (make(redis_url=redis_url.replace("/0", "/5")) for _ in range(2))
    Redis.from_url(redis_url.replace("/0", "/5")).flushdb()

    statuses = [sign_in(users, BAD).status_code for users in (one, other) * 6]

    assert statuses == [401] * 10 + [429] * 2
    assert 1 <= int(sign_in(other, BAD).headers["Retry-After"]) <= 60
