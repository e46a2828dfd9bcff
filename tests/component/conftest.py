"""One service through its HTTP front, on each database, without any other process."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.api.app import create_app
from chassis.api.keys import KeySource
from chassis.api.leaving import Leaving
from chassis.api.tokens import TokenVerifier
from chassis.service import Service
from chassis.store.store import Store
from tests.matrix import DATABASES, ONE_DATABASE
from tests.stores import ORDERS, USERS, migrated
from user_service.store.signing_keys import make_first_key

ISSUER, AUDIENCE = "http://issuer", "event-services"
KEY = ECKey.generate_key("P-256", {"kid": "test-key"}, private=True)
ADMIN = "users:read users:write credit:write orders:read orders:write products:write"


class OneKey:
    """The issuer's keys, as far as the tests go."""

    def find(self, key_id: str) -> ECKey | None:
        return KEY if key_id == KEY.kid else None

    def signing(self) -> ECKey:
        return KEY

    def published(self) -> list[ECKey]:
        return [KEY]


def token(subject: str | int = 1, scope: str = "", **claims: Any) -> str:
    """An access token as user_service makes them; ``header`` and claims may be bent."""
    now = datetime.now(UTC).timestamp()
    header = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, **claims.pop("header", {})}
    key = claims.pop("key", KEY)
    values = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(subject), "iat": now, "exp": int(now) + 600, "scope": scope}
    return jwt.encode(header, {**values, **claims}, key, algorithms=[header["alg"]])


def bearer(*arguments: Any, **claims: Any) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token(*arguments, **claims)}"}


def make_app(service: Service, store: Store[Any], keys: KeySource | None = None, **settings: Any) -> Flask:
    """The service's application with the test's key, and with these settings beside the default ones."""
    source = keys or OneKey()
    app = create_app(
        service.about,
        settings=replace(service.settings(), **{"token_issuer": ISSUER, "token_audience": AUDIENCE, **settings}),
        store=store,
        keys=source,
        verifier=TokenVerifier(source, ISSUER, AUDIENCE),
        revoked=partial(service.is_revoked, store),
        leaving=Leaving(),
        blueprints=service.blueprints,
        plain_blueprints=service.plain_blueprints,
        errors=service.errors,
    )
    app.testing = False
    return app


@pytest.fixture(params=ONE_DATABASE)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database; of each kind for tests that are marked ``on_each_database``."""
    return str(request.getfixturevalue(DATABASES[request.param]))


@pytest.fixture
def user_store(database_url: str) -> Iterator[Store[Any]]:
    with migrated(USERS, database_url) as store:
        make_first_key(store)
        yield store


@pytest.fixture
def order_store(database_url: str) -> Iterator[Store[Any]]:
    with migrated(ORDERS, database_url) as store:
        yield store


@pytest.fixture
def users(user_store: Store[Any]) -> FlaskClient:
    return make_app(USERS, user_store).test_client()


@pytest.fixture
def orders(order_store: Store[Any]) -> FlaskClient:
    client = make_app(ORDERS, order_store).test_client()
    for sku, price, active in (("lamp", 25_000, True), ("chair", 100, True), ("old", 5, False)):
        body = {"name": sku.title(), "unit_price_cents": price, "active": active}
        assert client.put(f"/products/{sku}", json=body, headers=bearer(1, ADMIN)).status_code == 201
    return client


@pytest.fixture
def sign_up(users: FlaskClient) -> Callable[..., dict[str, Any]]:
    def post(**fields: Any) -> dict[str, Any]:
        body = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery", **fields}
        answer = users.post("/users", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    return post
