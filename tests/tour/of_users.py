"""The stops at user_service."""

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from chassis.api.paging import _encoded
from events.external import CreditLimitSet
from events.orders import OrderCancelled
from tests.component.conftest import ADMIN, bearer
from tests.stores import placed
from tests.tour.places import ADMIN_ID, BACK, CLIENT, PASSWORD, PUBLIC_CLIENT, Act, Places, asks, hears
from user_service.domain.mailed_link import Purpose

VERIFIER = "v" * 64
ASKED = {
    "response_type": "code",
    "client_id": PUBLIC_CLIENT,
    "redirect_uri": BACK,
    "code_challenge": base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("="),
    "code_challenge_method": "S256",
}


def _as_admin(tour: Places, method: str, path: str, **more: Any) -> Act:
    return asks(tour.users, method, path, ADMIN_ID, ADMIN, **more)


def _for_oneself(tour: Places, method: str, path: str = "", **more: Any) -> Act:
    user_id = tour.newcomer().id
    return asks(tour.users, method, f"/users/{user_id}{path}", user_id, **more)


def _a_page(tour: Places) -> Act:
    user = tour.somebody()
    after = _encoded([str(user.orders[0].id)])
    return asks(tour.users, "GET", f"/users/{user.id}/reservations?after={after}", user.id)


def _sign_up(tour: Places) -> Act:
    body = {"name": "Ada", "email": f"{uuid4()}@example.com", "password": PASSWORD}
    return asks(tour.users, "POST", "/users", json=body)


def _sign_in(tour: Places) -> Act:
    return asks(tour.users, "POST", "/sessions", json={"email": tour.newcomer().email, "password": PASSWORD})


def _sign_out(tour: Places) -> Act:
    token = tour.session(tour.newcomer())["access_token"]
    return asks(tour.users, "DELETE", "/sessions/current", headers={"Authorization": f"Bearer {token}"})


def _reset(tour: Places) -> Act:
    token = tour.link(tour.newcomer(), Purpose.PASSWORD_RESET)
    return asks(tour.users, "PUT", f"/password-resets/{token}", json={"new_password": PASSWORD})


def _confirm(tour: Places) -> Act:
    return asks(tour.users, "PUT", f"/email-confirmations/{tour.link(tour.newcomer(), Purpose.EMAIL_CONFIRMATION)}")


def _as_client(tour: Places, path: str, **form: str) -> Act:
    pair = base64.b64encode(f"{CLIENT}:{tour.secret}".encode()).decode()
    return asks(tour.users, "POST", path, data=form, headers={"Authorization": f"Basic {pair}"})


def _refresh(tour: Places) -> Act:
    token = tour.session(tour.newcomer())["refresh_token"]
    return asks(tour.users, "POST", "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token})


def _allow(tour: Places) -> Act:
    form = {"email": tour.newcomer().email, "password": PASSWORD, "decision": "allow"}
    return asks(tour.users, "POST", f"/oauth/authorize?{urlencode(ASKED)}", data=form)


def _redeem(tour: Places) -> Act:
    (code,) = parse_qs(urlsplit(_allow(tour)().headers["Location"]).query)["code"]
    form = {"grant_type": "authorization_code", "client_id": PUBLIC_CLIENT, "redirect_uri": BACK}
    return asks(tour.users, "POST", "/oauth/token", data={**form, "code": code, "code_verifier": VERIFIER})


def _revoke(tour: Places) -> Act:
    return asks(tour.users, "POST", "/oauth/revoke", data={"token": tour.session(tour.newcomer())["refresh_token"]})


def _revoke_access(tour: Places) -> Act:
    return asks(tour.users, "POST", "/oauth/revoke", data={"token": tour.session(tour.newcomer())["access_token"]})


def _introspect(tour: Places) -> Act:
    token = bearer(tour.newcomer().id, jti=str(uuid4()))["Authorization"].partition(" ")[2]
    return _as_client(tour, "/oauth/introspect", token=token)


def _placed(tour: Places) -> Act:
    return hears(tour.user_store, placed(tour.newcomer().id), "/order_service")


def _cancelled(tour: Places) -> Act:
    order = placed(tour.newcomer().id)
    hears(tour.user_store, order, "/order_service")()
    event = OrderCancelled(order_id=order.order_id, user_id=order.user_id, total_cents=order.total_cents)
    return hears(tour.user_store, event, "/order_service", sequence=2)


STOPS: Mapping[str, Callable[[Places], Act]] = {
    "POST /users": _sign_up,
    "GET /users": lambda tour: _as_admin(tour, "GET", "/users"),
    "GET /users, a page deep down": (
        lambda tour: _as_admin(tour, "GET", f"/users?after={_encoded([str(tour.somebody().id)])}")
    ),
    "GET /users, by email": lambda tour: _as_admin(tour, "GET", f"/users?email={tour.somebody().email}"),
    "GET /users/me": lambda tour: asks(tour.users, "GET", "/users/me", tour.somebody().id),
    "GET /users/<int:user_id>": lambda tour: _as_admin(tour, "GET", f"/users/{tour.somebody().id}"),
    "PATCH /users/<int:user_id>": lambda tour: _for_oneself(tour, "PATCH", json={"email": f"{uuid4()}@example.com"}),
    "DELETE /users/<int:user_id>": lambda tour: _for_oneself(tour, "DELETE"),
    "GET /users/<int:user_id>/reservations": (
        lambda tour: asks(tour.users, "GET", f"/users/{(user := tour.somebody()).id}/reservations", user.id)
    ),
    "GET /users/<int:user_id>/reservations, a page deep down": _a_page,
    "GET /users/<int:user_id>/export": (
        lambda tour: asks(tour.users, "GET", f"/users/{(user := tour.somebody()).id}/export", user.id)
    ),
    "PUT /users/<int:user_id>/password": lambda tour: _for_oneself(
        tour, "PUT", "/password", json={"current_password": PASSWORD, "new_password": PASSWORD}
    ),
    "PUT /users/<int:user_id>/roles": (
        lambda tour: _as_admin(tour, "PUT", f"/users/{tour.newcomer().id}/roles", json={"roles": ["support"]})
    ),
    "PUT /users/<int:user_id>/credit-limit": lambda tour: _as_admin(
        tour, "PUT", f"/users/{tour.newcomer().id}/credit-limit", json={"credit_limit_cents": 5}
    ),
    "POST /sessions": _sign_in,
    "DELETE /sessions/current": _sign_out,
    "POST /password-resets": (
        lambda tour: asks(tour.users, "POST", "/password-resets", json={"email": tour.somebody().email})
    ),
    "PUT /password-resets/<token>": _reset,
    "PUT /email-confirmations/<token>": _confirm,
    "GET /.well-known/jwks.json": lambda tour: asks(tour.users, "GET", "/.well-known/jwks.json"),
    "GET /oauth/authorize": lambda tour: asks(tour.users, "GET", f"/oauth/authorize?{urlencode(ASKED)}"),
    "POST /oauth/authorize": _allow,
    "POST /oauth/token, for a code": _redeem,
    "POST /oauth/token, for a refresh token": _refresh,
    "POST /oauth/token, to a client": (
        lambda tour: _as_client(tour, "/oauth/token", grant_type="client_credentials")
    ),
    "POST /oauth/revoke, a refresh token": _revoke,
    "POST /oauth/revoke, an access token": _revoke_access,
    "POST /oauth/introspect": _introspect,
    "order.placed.v1": _placed,
    "order.cancelled.v1": _cancelled,
    "billing.credit_limit_set.v1": lambda tour: hears(
        tour.user_store, CreditLimitSet(user_id=tour.newcomer().id, credit_limit_cents=5), "/billing"
    ),
}
