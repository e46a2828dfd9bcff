"""The stops at order_service."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import uuid4

from chassis.api.paging import _encoded
from events.external import OrderRequested, ProductListed, RequestedLine
from events.past import PastOrder
from events.users import (
    CreditRefused,
    CreditReserved,
    RefusalReason,
    UserDeactivated,
    UserErased,
    UserProfileChanged,
    UserRegistered,
    UserTokensRevoked,
)
from tests.component.conftest import ADMIN
from tests.tour.places import ADMIN_ID, LAMP, Act, Places, asks, hears

ORDER = {"lines": [{"sku": LAMP, "quantity": 2}]}
PRODUCT = {"name": "Lamp", "unit_price_cents": 40}


def _page_after(order: PastOrder) -> str:
    return _encoded([order.steps[0].at.isoformat(), str(order.id)])


def _a_new_order(tour: Places, **headers: str) -> Act:
    return asks(tour.orders, "POST", "/orders", tour.somebody().id, json=ORDER, headers=headers)


def _a_cancel(tour: Places) -> Act:
    order = tour.placed(tour.somebody().id)
    return asks(tour.orders, "POST", f"/orders/{order.id}/cancel", order.user_id)


def _reserved(tour: Places) -> Act:
    order = tour.placed(tour.somebody().id)
    event = CreditReserved(order_id=order.id, user_id=order.user_id, amount_cents=order.total_cents)
    return hears(tour.order_store, event, "/user_service")


def _refused(tour: Places) -> Act:
    order = tour.placed(tour.somebody().id)
    reason = RefusalReason.INSUFFICIENT_CREDIT
    event = CreditRefused(order_id=order.id, user_id=order.user_id, amount_cents=order.total_cents, reason=reason)
    return hears(tour.order_store, event, "/user_service")


def _requested(tour: Places) -> Act:
    line = RequestedLine(sku=LAMP, quantity=1)
    return hears(
        tour.order_store, OrderRequested(order_id=uuid4(), user_id=tour.somebody().id, lines=(line,)), "/shop"
    )


def _of_own(tour: Places, query: str = "") -> Act:
    return asks(tour.orders, "GET", f"/orders{query}", tour.somebody().id)


def _of_own_deep_down(tour: Places) -> Act:
    user = tour.somebody()
    middle = sorted(user.orders, key=lambda order: order.steps[0].at)[len(user.orders) // 2]
    return asks(tour.orders, "GET", f"/orders?after={_page_after(middle)}", user.id)


def _of_all(tour: Places, query: str = "") -> Act:
    return asks(tour.orders, "GET", f"/orders{query}", ADMIN_ID, ADMIN)


STOPS: Mapping[str, Callable[[Places], Act]] = {
    "POST /orders": _a_new_order,
    "POST /orders, with a key": lambda tour: _a_new_order(tour, **{"Idempotency-Key": str(uuid4())}),
    "GET /orders, own": _of_own,
    "GET /orders, own, by status": lambda tour: _of_own(tour, "?status=rejected"),
    "GET /orders, own, a page deep down": _of_own_deep_down,
    "GET /orders, all": _of_all,
    "GET /orders, all, by status": lambda tour: _of_all(tour, "?status=pending"),
    "GET /orders, all, of a user": lambda tour: _of_all(tour, f"?user_id={tour.somebody().id}"),
    "GET /orders, all, of a user, by status": (
        lambda tour: _of_all(tour, f"?user_id={tour.somebody().id}&status=rejected")
    ),
    "GET /orders, all, a page deep down": (
        lambda tour: _of_all(tour, f"?limit=100&after={_page_after(tour.some_order())}")
    ),
    "GET /orders, all, by status, a page deep down": (
        lambda tour: _of_all(tour, f"?status=confirmed&after={_page_after(tour.some_order())}")
    ),
    "GET /orders/<uuid:order_id>": lambda tour: asks(
        tour.orders, "GET", f"/orders/{tour.some_order().id}", ADMIN_ID, ADMIN
    ),
    "GET /orders/<uuid:order_id>/history": (
        lambda tour: asks(tour.orders, "GET", f"/orders/{tour.some_order().id}/history", ADMIN_ID, ADMIN)
    ),
    "POST /orders/<uuid:order_id>/cancel": _a_cancel,
    "GET /products": lambda tour: asks(tour.orders, "GET", "/products"),
    "GET /products, a page deep down": (
        lambda tour: asks(tour.orders, "GET", f"/products?after={_encoded(['linen-lamp'])}")
    ),
    "GET /products/<sku>": lambda tour: asks(tour.orders, "GET", f"/products/{LAMP}"),
    "PUT /products/<sku>": lambda tour: asks(tour.orders, "PUT", f"/products/{LAMP}", ADMIN_ID, ADMIN, json=PRODUCT),
    "PUT /products/<sku>, a new one": (
        lambda tour: asks(tour.orders, "PUT", f"/products/{uuid4()}", ADMIN_ID, ADMIN, json=PRODUCT)
    ),
    "user.credit_reserved.v1": _reserved,
    "user.credit_refused.v1": _refused,
    "user.registered.v1": lambda tour: hears(
        tour.order_store,
        UserRegistered(user_id=uuid4().int >> 66, name="Ada", email="ada@example.com", credit_limit_cents=1),
        "/user_service",
    ),
    "user.profile_changed.v1": lambda tour: hears(
        tour.order_store,
        UserProfileChanged(user_id=(user := tour.somebody()).id, name=user.name, email=user.email),
        "/user_service",
        sequence=2,
    ),
    "user.deactivated.v1": lambda tour: hears(
        tour.order_store, UserDeactivated(user_id=tour.newcomer().id), "/user_service", sequence=2
    ),
    "user.erased.v1": lambda tour: hears(
        tour.order_store, UserErased(user_id=tour.newcomer().id), "/user_service", sequence=3
    ),
    "user.tokens_revoked.v1": lambda tour: hears(
        tour.order_store,
        UserTokensRevoked(user_id=tour.newcomer().id, issued_before=datetime.now(UTC)),
        "/user_service",
        sequence=2,
    ),
    "catalog.product_listed.v1": lambda tour: hears(
        tour.order_store, ProductListed(sku=LAMP, name="Lamp", unit_price_cents=40, active=True), "/shop"
    ),
    "sales.order_requested.v1": _requested,
}
