"""What callers see of an order, and which orders they see at all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, jsonify

from chassis.api.cached import shown
from chassis.api.permissions import may, signed_in
from events.orders import RejectionReason
from order_service.api.known_customers import customer_name, known_customer
from order_service.api.schemas import OrderView
from order_service.api.transactions import transactions
from order_service.domain.errors import OrderNotFound
from order_service.domain.order import Order, OrderStatus
from order_service.use_cases.ports import UnitOfWork


def visible_order(order_id: UUID, scope: str, unit_of_work: UnitOfWork) -> Order:
    """The order, for its user or who has the scope; OrderNotFound for all others: they can't tell it from none."""
    order = unit_of_work.orders.find(order_id)
    if order is None or not _is_visible(order.user_id, order.rejection_reason, scope):
        raise OrderNotFound(f"There is no order {order_id}.")
    return order


def shown_order(order_id: UUID, scope: str) -> dict[str, Any]:
    """What callers see of the order, through the cache; OrderNotFound as above."""
    order = shown("order", order_id, OrderView, lambda: _found(order_id), keep=_stays)
    if order is None or not _is_visible(order["user_id"], order["rejection_reason"], scope):
        raise OrderNotFound(f"There is no order {order_id}.")
    customer = known_customer(transactions.store, order["user_id"])
    return {**order, "customer_name": customer and customer["name"]}


def _found(order_id: UUID) -> dict[str, Any] | None:
    with transactions.reading() as unit_of_work:
        order = unit_of_work.orders.find(order_id)
        # The name is another's to change, and is added to what is cached.
        return None if order is None else {**vars(order), "customer_name": None}


def _stays(order: dict[str, Any]) -> bool:
    return bool(order["status"] != OrderStatus.PENDING)


def _is_visible(user_id: int, reason: str | None, scope: str) -> bool:
    # A user who is unknown to user_service has no orders, whatever an order says.
    return may(scope) or (user_id == signed_in().user_id and reason != RejectionReason.UNKNOWN_USER)


def order_views(orders: Sequence[Order], unit_of_work: UnitOfWork) -> list[dict[str, Any]]:
    """The orders with their customers' names, as far as these are known here yet."""
    unit_of_work.customers.read(order.user_id for order in orders)
    return [{**vars(order), "customer_name": _name(order, unit_of_work)} for order in orders]


def order_view(order: Order, unit_of_work: UnitOfWork) -> dict[str, Any]:
    """One order with its customer's name."""
    return {**vars(order), "customer_name": customer_name(order.user_id, unit_of_work)}


def settled(accepted: Response) -> Response | None:
    """The answer to an order that was accepted as pending, once it has left that; None before."""
    with transactions.reading() as unit_of_work:
        order = unit_of_work.orders.find(UUID(accepted.get_json()["id"]))
        if order is None or order.status is OrderStatus.PENDING:
            return None
        answer = jsonify(OrderView().dump(order_view(order, unit_of_work)))
    answer.headers["Location"] = accepted.headers["Location"]
    return answer


def _name(order: Order, unit_of_work: UnitOfWork) -> str | None:
    customer = unit_of_work.customers.find(order.user_id)
    return customer.name if customer else None
