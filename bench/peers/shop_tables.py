"""The shop as a user of a peer would build it: orders, credit, and the ids of what was handled; no outbox."""

from random import randrange
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Update,
    func,
    update,
)
from sqlalchemy.dialects.postgresql import insert

CUSTOMERS = 100
TOTAL_CENTS = 5
METADATA = MetaData()
ORDERS = Table(
    "orders",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("lines", Text, nullable=False),
    Column("total_cents", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
CREDIT = Table(
    "credit",
    METADATA,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reserved_cents", BigInteger, nullable=False),
)
RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("order_id", String(36), primary_key=True),
    Column("amount_cents", Integer, nullable=False),
)
INBOX = Table("shop_inbox", METADATA, Column("event_id", String(36), primary_key=True))
CLAIM = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.event_id)


def new_order() -> dict[str, Any]:
    """The row of an order of one of the customers."""
    user_id = randrange(CUSTOMERS)
    return {"id": str(uuid4()), "user_id": user_id, "lines": "[]", "total_cents": TOTAL_CENTS, "status": "pending"}


def event(order: dict[str, Any]) -> dict[str, Any]:
    """What is told of an order, with an id to claim."""
    return {"id": str(uuid4()), "order_id": order.get("order_id", order["id"]), "user_id": order["user_id"]}


def reservation(placed: dict[str, Any]) -> list[Update | Insert]:
    """The statements that reserve credit."""
    taken = CREDIT.c.reserved_cents + TOTAL_CENTS
    return [
        update(CREDIT).where(CREDIT.c.user_id == placed["user_id"]).values(reserved_cents=taken),
        insert(RESERVATIONS).values(order_id=placed["order_id"], amount_cents=TOTAL_CENTS),
    ]


def confirmation(reserved: dict[str, Any]) -> list[Update | Insert]:
    """The statement that confirms an order."""
    return [update(ORDERS).where(ORDERS.c.id == reserved["order_id"]).values(status="confirmed")]
