"""What each peer is given to do: SQLAlchemy's Core in place of the store that such a library leaves to its user."""

import os
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, create_engine, func
from sqlalchemy.dialects.postgresql import insert

CONNECTIONS = 16
METADATA = MetaData()
INBOX = Table(
    "inbox",
    METADATA,
    Column("event_id", String(36), primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
LISTINGS = Table(
    "listings",
    METADATA,
    Column("sku", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("unit_price_cents", Integer, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
CLAIM = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.event_id)


@cache
def engine() -> Engine:
    """Of this process; made at first use, after any fork."""
    return create_engine(os.environ["DATABASE_URL"], pool_size=CONNECTIONS, max_overflow=0)


def listing() -> dict[str, Any]:
    """A product that nobody has listed before."""
    return {"id": str(uuid4()), "sku": str(uuid4()), "name": "Lamp", "unit_price_cents": 5}


def handle(message: dict[str, Any]) -> None:
    """Claim the message's id and store the product, in one transaction; without effect the second time."""
    with engine().begin() as connection:
        if connection.execute(CLAIM, {"event_id": message["id"]}).first() is not None:
            connection.execute(insert(LISTINGS), row(message))


def store(message: dict[str, Any]) -> None:
    """Store the product."""
    with engine().begin() as connection:
        connection.execute(insert(LISTINGS), row(message))


def row(message: dict[str, Any]) -> dict[str, Any]:
    """What is stored of it."""
    return {key: message[key] for key in ("sku", "name", "unit_price_cents")}
