"""The tables of order_service."""

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from chassis.store.tables import NAMING, common_tables
from chassis.store.types import Id, Utc, enum_of
from events.orders import RejectionReason
from order_service.domain.order import OrderLine, OrderStatus

METADATA = MetaData(naming_convention=NAMING)
COMMON = common_tables(METADATA)


class Lines(TypeDecorator[tuple[OrderLine, ...]]):
    """An order's lines as JSON: they are written once, and nobody asks for them without their order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[OrderLine, ...] | None, dialect: Dialect) -> str:
        """To JSON."""
        del dialect
        return json.dumps([vars(line) for line in value or ()], separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[OrderLine, ...]:
        """From JSON."""
        del dialect
        return tuple(OrderLine(**line) for line in json.loads(value))


ORDERS = Table(
    "orders",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("lines", Lines, nullable=False),
    Column("total_cents", BigInteger, nullable=False),
    Column("status", enum_of(OrderStatus), nullable=False),
    Column("rejection_reason", enum_of(RejectionReason)),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # The pages that can be asked for; ids of other systems are not ordered in time.
    Index(None, "created_at", "id"),
    Index(None, "user_id", "created_at", "id"),
    Index(None, "status", "created_at", "id"),
    Index(None, "user_id", "status", "created_at", "id"),
)

ORDER_HISTORY = Table(
    "order_history",
    METADATA,
    Column("order_id", Id, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("status", enum_of(OrderStatus), nullable=False),
    Column("at", Utc, nullable=False),
    Column("event_id", String(36), nullable=False),
    Column("trace_id", String(32), nullable=False),
)

PRODUCTS = Table(
    "products",
    METADATA,
    Column("sku", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("unit_price_cents", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("listed_at", Utc, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "active", "sku"),
)

CUSTOMERS = Table(
    "customers",
    METADATA,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(200)),
    Column("email", String(254)),
    Column("profile_sequence", Integer, nullable=False),
    Column("deactivated", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("tokens_issued_before", Utc),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)
