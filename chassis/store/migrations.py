"""Migrations: each service has its own history, in its own database, brought up to date by one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlalchemy.exc import OperationalError

from chassis.errors import StoreUnavailable
from chassis.store import mysql, mysql_columns, postgresql  # noqa: F401 - migrations make columns
from chassis.store.errors import translated
from chassis.store.sqlite import WRITES

#: Any number, the same for everybody who migrates.
LOCK = 7_306_021
#: MySQL's locks of this kind are the whole server's, and have names of at most 64 characters.
NAMED_LOCK = "concat('migrate ', md5(database()))"
LOCK_SECONDS = 600
#: What MySQL says where a change is there already, or gone: tables, columns, indexes.
THERE_ALREADY = {1050, 1060, 1061, 1091}


def migrate(engine: Engine, package: str, revision: str = "head", *, beside: str = "") -> None:
    """Bring the database to this revision; of several who try at once one does it, and the others find it done.

    One that a newer release has brought further stays as it is: after going back to this one, that is good enough.
    ``beside`` names a package with migrations of somebody else's that follow the service's own.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    with (
        translated(),
        engine.execution_options(**{WRITES: True}).begin() as connection,
        _alone(connection),
        _half_done_is_told(connection),
    ):
        config = _config(package, beside)
        config.attributes["connection"] = connection
        if revision == "head" and _reached(connection) - _known(config):
            return
        step = command.downgrade if revision == "base" else command.upgrade
        step(config, revision)


def is_new_enough(engine: Engine, package: str) -> bool:
    """True if all migrations that this release knows have run.

    A revision that it doesn't know is a newer release's, which only adds to what this one needs.
    """
    config = _config(package)
    outdated = _known(config) - set(ScriptDirectory.from_config(config).get_heads())
    with translated(), engine.connect() as connection:
        reached = _reached(connection)
    return bool(reached) and not reached & outdated


def _known(config: Config) -> set[str]:
    return {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}


def _reached(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _config(package: str, beside: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", f"{package}.store:migrations")
    config.set_main_option("path_separator", "space")
    config.set_main_option("version_locations", f"{package}.store.migrations:versions {beside}".strip())
    return config


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        postgresql.let_it_take_its_time(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if connection.dialect.name == "mysql":
        mysql.let_it_take_its_time(connection)
        # Not the transaction's, which ends with each change of a table, but the connection's, which ends here.
        if not connection.scalar(text(f"SELECT get_lock({NAMED_LOCK}, {LOCK_SECONDS})")):
            raise StoreUnavailable(f"somebody else has been migrating it for {LOCK_SECONDS} seconds")
    yield


@contextmanager
def _half_done_is_told(connection: Connection) -> Iterator[None]:
    # MySQL commits each change of a table at once: one that was killed in between has left what it had done.
    try:
        yield
    except OperationalError as error:
        if connection.dialect.name != "mysql" or not THERE_ALREADY & set(getattr(error.orig, "args", ())[:1]):
            raise
        reached = MigrationContext.configure(connection).get_current_revision() or "none"
        raise StoreUnavailable(f"a migration came to half, after revision {reached}: {error.orig}") from error


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
