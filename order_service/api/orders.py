"""``/orders``: place, look, cancel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from uuid_utils.compat import uuid7
from werkzeug.exceptions import Forbidden

from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.etags import tagged
from chassis.api.idempotency import idempotent
from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import leads_to, refuses
from chassis.api.paging import cursor, page
from chassis.api.permissions import may, requires, signed_in
from chassis.api.problems import Invalid
from chassis.api.waiting import waits
from chassis.observability import logs
from events.fields import order_id as order_id_field
from order_service.api.schemas import HistoryView, NewOrder, OrderPage, OrderQuery, OrderView
from order_service.api.transactions import transactions
from order_service.api.views import order_view, order_views, settled, shown_order, visible_order
from order_service.domain.errors import ProductsUnavailable, TotalTooHigh
from order_service.use_cases import cancel_order as cancelling
from order_service.use_cases.place_order import place_order
from order_service.use_cases.ports import StatusChange, UnitOfWork

blueprint = Blueprint(
    "orders",
    __name__,
    description="What was ordered, and what becomes of it",
    parts={"order_id": PathPart(order_id_field(), none="There is no such order, or not for this caller.")},
)


@blueprint.post("/orders")
@requires()
@refuses(403, "The token does not allow to order for others.")
@refuses(422, "A sku is unknown, inactive, or given twice.", at="lines.0.sku")
@refuses(422, "The total is over 10^12.", at="lines")
@refuses(422, "A client has to name a user.", at="user_id")
@leads_to("get_order", "cancel_order", "get_history", order_id="id")
@blueprint.arguments(NewOrder)
@waits(settled)
@idempotent(transactions, user="user_id")
@blueprint.response(202, OrderView, description="The order, accepted as `pending`.", headers=sent("Location"))
def post_order(body: dict[str, Any], unit_of_work: UnitOfWork) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Place an order; what becomes of it is settled by events."""
    wanted = [(line["sku"], line["quantity"]) for line in body["lines"]]
    user_id = _orderer(body.get("user_id"))
    try:
        order = place_order(uuid7(), user_id, wanted, unit_of_work)
    except ProductsUnavailable as error:
        message = "Unknown or inactive: {}."
        raise Invalid({f"lines.{at}.sku": [message.format(sku)] for at, sku in error.skus.items()}) from error
    except TotalTooHigh as error:
        raise Invalid({"lines": [str(error)]}) from error
    logs.about(order_id=order.id)
    return order_view(order, unit_of_work), 202, {"Location": url_for("orders.get_order", order_id=order.id)}


def _orderer(named: int | None) -> int:
    own = signed_in().user_id
    if named is None and own is None:
        raise Invalid({"user_id": ["A client has to name a user."]})
    if named is not None and named != own and not may("orders:write"):
        raise Forbidden("The token does not allow to order for others.")
    return named if named is not None else own or 0


@blueprint.get("/orders")
@requires()
@refuses(403, "The token shows one's own orders only.")
@blueprint.arguments(OrderQuery, location="query")
@blueprint.response(200, OrderPage, description="A page of orders, newest first.")
def list_orders(query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Page through orders, newest first."""
    sees_all = may("orders:read")
    own = signed_in().user_id
    if not sees_all and (own is None or query["user_id"] not in {None, own}):
        raise Forbidden("The token shows one's own orders only.")
    with transactions.reading() as unit_of_work:
        orders = unit_of_work.orders.newest(
            user_id=query["user_id"] if sees_all else own,
            status=query["status"],
            hide_unknown_users=not sees_all,
            before=cursor(query["after"], lambda at, order_id: (_moment(at), UUID(order_id))),
            limit=query["limit"] + 1,
        )
        views = order_views(orders, unit_of_work)
    return page(views, query["limit"], lambda view: [view["created_at"].isoformat(), str(view["id"])])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


@blueprint.get("/orders/<uuid:order_id>")
@requires()
@tagged
@blueprint.response(200, OrderView, description="The order.")
def get_order(order_id: UUID) -> Response:
    """Look at an order."""
    return jsonify(shown_order(order_id, "orders:read"))


@blueprint.post("/orders/<uuid:order_id>/cancel")
@requires()
@refuses(409, "The order is rejected.")
@idempotent(transactions, user="user_id")
@blueprint.response(200, OrderView, description="The order, cancelled.")
def cancel_order(order_id: UUID, unit_of_work: UnitOfWork) -> dict[str, Any]:
    """Take an order back."""
    order = visible_order(order_id, "orders:write", unit_of_work)
    return order_view(cancelling.cancel_order(order, unit_of_work), unit_of_work)


@blueprint.get("/orders/<uuid:order_id>/history")
@requires()
@blueprint.response(200, HistoryView, description="Every change of the order's status, oldest first.")
def get_history(order_id: UUID) -> dict[str, list[StatusChange]]:
    """Look at what became of an order."""
    with transactions.reading() as unit_of_work:
        visible_order(order_id, "orders:read", unit_of_work)
        return {"items": list(unit_of_work.orders.history(order_id))}
