"""The database's clock, by which processes on several hosts agree who holds a lease."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class clock_seconds(GenericFunction[float]):  # noqa: N801 - an SQL function
    """Seconds since 1970 by the database's clock, at this moment rather than at the transaction's start."""

    type = Double()
    inherit_cache = True


@compiles(clock_seconds, "sqlite")
def _sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(clock_seconds, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"
