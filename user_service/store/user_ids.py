"""The ids that new users get: none that was given to somebody whom a restored database has forgotten."""

from typing import Any

from sqlalchemy import func, select, text

from chassis.store.reading import every
from chassis.store.store import Store
from user_service.store.tables import USERS

#: How a database is told the last id that is taken, by dialect.
LAST_ID = {
    "postgresql": "SELECT setval(pg_get_serial_sequence('users', 'id'), {last})",
    "mysql": "ALTER TABLE users AUTO_INCREMENT = {last}",
    "sqlite": "UPDATE sqlite_sequence SET seq = {last} WHERE name = 'users'",
}


def skip_ids(store: Store[Any], skipped: int) -> int:
    """Begin so far above the highest id that is known; the last one that nobody gets."""
    with store.connection(writes=True) as connection:
        last = (connection.scalar(select(func.max(USERS.c.id))) or 0) + skipped
        connection.execute(text(LAST_ID[connection.dialect.name].format(last=last)))
    return last


def user_ids(store: Store[Any]) -> list[int]:
    """Everybody's."""
    return [row.id for row in every(store, select(USERS.c.id), USERS.c.id)]
