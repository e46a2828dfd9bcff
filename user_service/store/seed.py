"""A made-up past as user_service would have kept it: users with their credit, and what orders asked of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis.errors import Conflict
from chassis.store.bulk import add_many
from chassis.store.store import Store
from events import past
from events.catalogue import ORDERS, USERS, types_for
from events.event import Event
from events.orders import OrderCancelled, OrderConfirmed, OrderRejected
from events.past import PastOrder, PastUser
from user_service.domain.reservation import ReservationStatus
from user_service.domain.user import UserStatus
from user_service.store import tables

DECIDED: dict[type[Event], ReservationStatus] = {
    OrderConfirmed: ReservationStatus.RESERVED,
    OrderRejected: ReservationStatus.REFUSED,
    OrderCancelled: ReservationStatus.RELEASED,
}


def add_blocks(
    store: Store[Any], seed: int, blocks: Sequence[int], *, password_hash: str, remembered_since: datetime
) -> int:
    """Add the users of these blocks with their reservations, all or none, and tell how many blocks were new.

    Of events that were handled before ``remembered_since`` the inbox would have forgotten the ids. Conflict where
    somebody else has a user's id or email.
    """
    with store.connection(writes=True) as connection:
        missing = _missing(connection, seed, blocks)
        users = [user for block in missing for user in past.users(seed, block)]
        orders = [order for user in users for order in user.orders]
        add_many(connection, tables.USERS, [_user(user, password_hash) for user in users])
        add_many(connection, tables.RESERVATIONS, [_reservation(order) for order in orders])
        add_many(connection, store.tables.inbox, list(_claims(orders, remembered_since)))
    return len(missing)


def _missing(connection: Connection, seed: int, blocks: Sequence[int]) -> list[int]:
    """The blocks that are not there. Each came in one transaction: its first user tells of all."""
    firsts = {past.first_id(seed, block): block for block in blocks}
    columns = tables.USERS.c
    query = select(columns.id, columns.created_at).where(columns.id.in_(firsts))
    there = {row.id: row.created_at for row in connection.execute(query)}
    for user_id, created_at in there.items():
        if next(past.users(seed, firsts[user_id])).registered_at != created_at:
            raise Conflict(f"user {user_id} is somebody else")
    return [block for user_id, block in firsts.items() if user_id not in there]


def _user(user: PastUser, password_hash: str) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "email_key": user.email.lower(),
        "password_hash": password_hash,
        "status": UserStatus.ACTIVE,
        "email_confirmed": True,
        "roles": ["customer"],
        "credit_limit_cents": user.credit_limit_cents,
        "reserved_cents": user.reserved_cents,
        "limit_set_at": user.registered_at,
        "created_at": user.registered_at,
        "updated_at": user.registered_at,
        "sequence": 1,
        "version": 1,
    }


def _reservation(order: PastOrder) -> dict[str, Any]:
    status = DECIDED[order.fate]
    return {
        "order_id": order.id,
        "user_id": order.user_id,
        "amount_cents": order.total_cents,
        "status": status,
        "updated_at": order.steps[-1].at,
        "sequence": 2 if status is ReservationStatus.RELEASED else 1,
        "version": 1,
    }


def _claims(orders: Sequence[PastOrder], since: datetime) -> Iterator[dict[str, Any]]:
    heard = types_for(USERS)
    for order in orders:
        for step in order.steps:
            if step.event.type in heard and step.at >= since:
                yield {"source": f"/{ORDERS}", "event_id": str(step.event_id), "handled_at": step.at}
