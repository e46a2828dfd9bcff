"""Migrations lead to what the tables say, and back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from chassis.errors import StoreUnavailable
from chassis.store.engine import make_engine
from chassis.store.migrations import is_migrated, migrate
from tests.stores import ORDERS, USERS

SERVICES = pytest.mark.parametrize("service", [USERS, ORDERS], ids=["user_service", "order_service"])


@SERVICES
def test_migrations_and_tables_agree(service: Any, database_url: str) -> None:
    engine = make_engine(database_url, 2)
    migrate(engine, service.name)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, service.tables.metadata)

    engine.dispose()
    assert differences == []


@SERVICES
def test_migrations_can_be_undone_and_run_again(service: Any, database_url: str) -> None:
    engine = make_engine(database_url, 2)
    migrate(engine, service.name)

    migrate(engine, service.name, "base")

    assert set(inspect(engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrate(engine, service.name)
    assert "outbox" in inspect(engine).get_table_names()
    engine.dispose()


def test_on_mysql_a_migration_that_came_to_half_is_told_and_done_once_that_is_undone(fresh_mysql: str) -> None:
    engine = make_engine(fresh_mysql, 2)
    migrate(engine, USERS.name, "0001")
    with engine.begin() as killed:
        killed.execute(text("CREATE TABLE attempts (half INTEGER)"))

    with pytest.raises(StoreUnavailable, match="came to half, after revision 0001"):
        migrate(engine, USERS.name)

    with engine.begin() as operator:
        operator.execute(text("DROP TABLE attempts"))
    migrate(engine, USERS.name)
    with engine.connect() as connection:
        assert is_migrated(connection, USERS.tables.metadata)
    engine.dispose()


@SERVICES
def test_of_several_who_migrate_at_once_all_find_it_done(service: Any, database_url: str) -> None:
    engines = [make_engine(database_url, 1) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda engine: migrate(engine, service.name), engines))

    assert "outbox" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


def test_a_database_that_a_newer_release_has_migrated_stays_as_it_is(database_url: str) -> None:
    engine = make_engine(database_url, 2)
    migrate(engine, ORDERS.name, "expand", beside="tests.next_release:versions")
    before = {column["name"] for column in inspect(engine).get_columns("orders")}

    migrate(engine, ORDERS.name)

    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "expand"
    assert {column["name"] for column in inspect(engine).get_columns("orders")} == before
    engine.dispose()
