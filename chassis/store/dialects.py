"""What SQLAlchemy leaves to the databases' own words."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

#: Only these dialects know ON CONFLICT.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_new(connection: Connection, table: Table) -> Any:
    """An insert that leaves out rows that are there already.

    What came in is told by ``returning``, not by the rowcount: drivers don't agree on what that says here.
    """
    return INSERTS[connection.dialect.name](table).on_conflict_do_nothing()
