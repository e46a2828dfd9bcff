"""Every route asks for a permission, or is on this short list."""

from typing import Any

import pytest

from tests.component.conftest import make_app
from tests.stores import ORDERS, USERS, migrated

PUBLIC = {
    "POST /users",
    "POST /sessions",
    # Whoever holds a mailed token has shown enough.
    "POST /password-resets",
    "PUT /password-resets/<token>",
    "PUT /email-confirmations/<token>",
    # These ask for a client, or for a user's password, themselves.
    "GET /oauth/authorize",
    "POST /oauth/authorize",
    "GET /oauth/style.css",
    "POST /oauth/token",
    "POST /oauth/revoke",
    "POST /oauth/introspect",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/jwks.json",
    "GET /products",
    "GET /products/<sku>",
    "GET /livez",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /asyncapi.json",
    "GET /docs",
    "GET /docs/events",
    "GET /docs/events.css",
    "GET /docs/",
    "GET /docs/init.js",
    "GET /docs/<name>",
    "GET /schemas/<event_type>.json",
}


@pytest.mark.parametrize("service", [USERS, ORDERS], ids=["user_service", "order_service"])
def test_every_route_asks_for_a_permission_or_is_public(service: Any, sqlite_url: str) -> None:
    with migrated(service, sqlite_url) as store:
        app = make_app(service, store)

    open_routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not hasattr(app.view_functions[rule.endpoint], "required")
    }

    assert open_routes <= PUBLIC
