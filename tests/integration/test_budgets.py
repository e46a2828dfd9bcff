"""What each request and each event may cost: so many statements, and a new one must be meant."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.service import Service
from order_service.store import seed as order_seed
from tests.component.conftest import make_app
from tests.stores import ORDERS, USERS, migrated
from tests.tour import of_orders, of_users
from tests.tour.places import Act, Places
from tests.tour.statements import recorded
from user_service.store import seed as user_seed

#: Of order_service: what, and how many statements it takes. Where a request has a token, one is whether it was ended.
ORDER_SERVICE = {
    "POST /orders": 5,
    "POST /orders, with a key": 6,
    "GET /orders, own": 3,
    "GET /orders, own, by status": 3,
    "GET /orders, own, a page deep down": 3,
    "GET /orders, all": 3,
    "GET /orders, all, by status": 3,
    "GET /orders, all, of a user": 3,
    "GET /orders, all, of a user, by status": 3,
    "GET /orders, all, a page deep down": 3,
    "GET /orders, all, by status, a page deep down": 3,
    "GET /orders/<uuid:order_id>": 3,
    "GET /orders/<uuid:order_id>/history": 3,
    "POST /orders/<uuid:order_id>/cancel": 5,
    "GET /products": 1,
    "GET /products, a page deep down": 1,
    "GET /products/<sku>": 1,
    "PUT /products/<sku>": 3,
    "PUT /products/<sku>, a new one": 3,
    "user.credit_reserved.v1": 5,
    "user.credit_refused.v1": 5,
    "user.registered.v1": 3,
    "user.profile_changed.v1": 3,
    "user.deactivated.v1": 3,
    "user.erased.v1": 4,
    "user.tokens_revoked.v1": 3,
    "catalog.product_listed.v1": 3,
    "sales.order_requested.v1": 6,
}

#: Of user_service.
USER_SERVICE = {
    "POST /users": 5,
    "GET /users": 2,
    "GET /users, a page deep down": 2,
    "GET /users, by email": 2,
    "GET /users/me": 2,
    "GET /users/<int:user_id>": 2,
    "PATCH /users/<int:user_id>": 6,
    "DELETE /users/<int:user_id>": 5,
    "GET /users/<int:user_id>/reservations": 3,
    "GET /users/<int:user_id>/reservations, a page deep down": 3,
    "GET /users/<int:user_id>/export": 4,
    "PUT /users/<int:user_id>/password": 7,
    "PUT /users/<int:user_id>/roles": 6,
    "PUT /users/<int:user_id>/credit-limit": 5,
    "POST /sessions": 5,
    "DELETE /sessions/current": 3,
    "POST /password-resets": 1,
    "PUT /password-resets/<token>": 6,
    "PUT /email-confirmations/<token>": 4,
    "GET /.well-known/jwks.json": 0,
    "GET /oauth/authorize": 1,
    "POST /oauth/authorize": 4,
    "POST /oauth/token, for a code": 7,
    "POST /oauth/token, for a refresh token": 8,
    "POST /oauth/token, to a client": 1,
    "POST /oauth/revoke, a refresh token": 3,
    "POST /oauth/revoke, an access token": 3,
    "POST /oauth/introspect": 3,
    "order.placed.v1": 6,
    "order.cancelled.v1": 6,
    "billing.credit_limit_set.v1": 4,
}

#: Routes that need no database, or ask it only whether it answers.
FREE = (
    *("/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/schemas/"),
    *("/oauth/style.css", "/.well-known/oauth-authorization-server"),
)
BLOCKS = 2
TOURS = [(of_orders.STOPS, ORDER_SERVICE), (of_users.STOPS, USER_SERVICE)]
CASES = [(stops[name], budget, name) for stops, budgets in TOURS for name, budget in budgets.items()]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder: Path = tmp_path_factory.mktemp("tour")
    with (
        migrated(USERS, f"sqlite:///{folder / 'users.sqlite'}") as users,
        migrated(ORDERS, f"sqlite:///{folder / 'orders.sqlite'}") as orders,
    ):
        user_seed.add_blocks(users, 1, range(BLOCKS), password_hash="", remembered_since=datetime.now(UTC))
        order_seed.add_blocks(orders, 1, range(BLOCKS))
        yield Places(users, orders, BLOCKS)


@pytest.mark.parametrize(("prepare", "budget"), [case[:2] for case in CASES], ids=[case[2] for case in CASES])
def test_nothing_takes_more_statements_than_it_should(
    prepare: Callable[[Places], Act], budget: int, places: Places
) -> None:
    act = prepare(places)

    with recorded() as statements:
        act()

    # Fewer are good news: then the table is to be made true.
    assert len(statements) == budget, "\n".join(each.short for each in statements)


@pytest.mark.parametrize(
    ("service", "stops", "budgets"),
    [(ORDERS, *TOURS[0]), (USERS, *TOURS[1])],
    ids=["order_service", "user_service"],
)
def test_every_route_and_every_event_has_its_budget(
    service: Service, stops: Mapping[str, object], budgets: Mapping[str, int], places: Places
) -> None:
    store = places.order_store if service is ORDERS else places.user_store
    routes = {
        f"{method} {rule.rule}"
        for rule in make_app(service, store).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(FREE)
    }

    named = {name.partition(",")[0] for name in budgets}

    assert set(stops) == set(budgets)
    assert (routes | service.subscriptions.types()) - named == set()
