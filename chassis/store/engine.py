"""Engines that behave alike: SQLite, PostgreSQL and MySQL, each set up so that a transaction is one."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from chassis.observability import tracing
from chassis.store import mysql, postgresql, sqlite
from chassis.store.spans import trace_statements

#: A transaction that rests for so long is ended by the server, which frees its locks: its owner hangs or is gone.
IDLE_SECONDS = 30.0
POOL_SECONDS = 10


def make_engine(url: str, pool_size: int, idle_seconds: float = IDLE_SECONDS) -> Engine:
    """An engine for this database; connects at first use, and has no more than ``pool_size`` connections."""
    of_database: dict[str, Any] = {
        "sqlite": lambda: {"connect_args": sqlite.arguments()},
        "postgresql": lambda: {"connect_args": postgresql.arguments(idle_seconds)},
        "mysql": lambda: {
            "connect_args": mysql.arguments(),
            "pool_pre_ping": True,
            "isolation_level": mysql.ISOLATION,
        },
    }
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        # Among the parameters are emails and hashes; errors are logged.
        hide_parameters=True,
        **of_database[make_url(url).get_backend_name()](),
    )
    _listen(engine, idle_seconds)
    if tracing.is_on():
        trace_statements(engine)
    return engine


def by_statement(engine: Engine) -> Engine:
    """The same, where PostgreSQL commits each statement by itself: that needs no words before and after it.

    For who only looks nothing is lost: at READ COMMITTED each statement has a view of its own anyway.
    """
    is_postgresql = engine.dialect.name == "postgresql"
    return engine.execution_options(isolation_level="AUTOCOMMIT") if is_postgresql else engine


def _listen(engine: Engine, idle_seconds: float) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite.set_up)
        event.listen(engine, "begin", sqlite.begin)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "do_connect", postgresql.connect)
        postgresql.drop_what_is_dead(engine)
    else:
        event.listen(engine, "connect", mysql.SetUp(idle_seconds))
