"""Migrations: each service has its own history, in its own database, brought up to date by one command."""

from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from chassis.store.engine import WRITES, translated
from chassis.store.postgresql import let_it_take_its_time

#: Any number, the same for everybody who migrates.
LOCK = 7_306_021


def migrate(engine: Engine, package: str, revision: str = "head") -> None:
    """Bring the database to this revision; of several who try at once one does it, and the others find it done."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with translated(), engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            let_it_take_its_time(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config = Config()
        config.set_main_option("script_location", f"{package}.store:migrations")
        config.attributes["connection"] = connection
        step = command.upgrade if revision == "head" else command.downgrade
        step(config, revision)


def is_migrated(connection: Connection, metadata: MetaData) -> bool:
    """True if every table of ours is there."""
    return set(metadata.tables) <= set(inspect(connection).get_table_names())


def run_environment(metadata: MetaData) -> None:
    """What every service's ``env.py`` does: migrate over the connection that ``migrate`` opened."""
    connection: Any = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
