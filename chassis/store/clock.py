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


@compiles(clock_seconds, "mysql")
def _mysql(_element: Any, _compiler: Any, **_: Any) -> str:
    # Our sessions are in UTC; NOW() would be the statement's start, before it waited for a lock.
    return "(timestampdiff(MICROSECOND, '1970-01-01', sysdate(6)) / 1e6)"


@compiles(clock_seconds, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"
