"""The SQLite file: what must be there after a kill, and the statements that read and write it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from broker.embedded.errors import FileInUse, StoreFailed
from broker.embedded.message import Content, Message

_SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange (name TEXT PRIMARY KEY, type TEXT, auto_delete INT, internal INT);
CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, name TEXT UNIQUE, auto_delete INT, arguments TEXT);
CREATE TABLE IF NOT EXISTS binding (exchange TEXT, queue TEXT, key TEXT, PRIMARY KEY (exchange, queue, key));
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, queue INT, durable INT, expires_at INT,
    exchange TEXT, routing_key TEXT, properties BLOB, body BLOB);
CREATE TABLE IF NOT EXISTS delivery (message INTEGER PRIMARY KEY, times INT);
"""
_FORGET_WHAT_WAS_TRANSIENT = """
DELETE FROM message WHERE NOT durable OR queue NOT IN (SELECT id FROM queue);
DELETE FROM delivery WHERE message NOT IN (SELECT id FROM message);
"""


class Stub(NamedTuple):
    """A message found in the file at the start: all but its content."""

    queue: int
    message: Message


@dataclass(slots=True)
class Batch:
    """Changes to messages that go into one transaction."""

    added: dict[int, tuple[int, Message]] = field(default_factory=dict)
    delivered: dict[int, int] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)


class Database:
    """One file that one process holds for itself; a transaction is on the disk when ``commit`` returns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._connection.executescript("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;")
            self._connection.executescript("PRAGMA synchronous=FULL; BEGIN IMMEDIATE; COMMIT;")
            self._connection.executescript(_SCHEMA + _FORGET_WHAT_WAS_TRANSIENT)
        except sqlite3.OperationalError as error:
            self._connection.close()
            if "locked" in str(error):
                raise FileInUse(f"{path} is in use by another broker") from error
            raise StoreFailed(f"{path}: {error}") from error
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise StoreFailed(f"{path}: {error}") from error

    def exchanges(self) -> list[tuple[str, str, bool, bool]]:
        """Name, type, auto_delete and internal of every durable exchange."""
        rows = self._connection.execute("SELECT name, type, auto_delete, internal FROM exchange")
        return [(name, type_, bool(auto_delete), bool(internal)) for name, type_, auto_delete, internal in rows]

    def queues(self) -> list[tuple[int, str, bool, dict[str, Any]]]:
        """Id, name, auto_delete and arguments of every durable queue."""
        rows = self._connection.execute("SELECT id, name, auto_delete, arguments FROM queue")
        return [(id_, name, bool(auto_delete), json.loads(arguments)) for id_, name, auto_delete, arguments in rows]

    def bindings(self) -> list[tuple[str, str, str]]:
        """Exchange, queue and key of every durable binding."""
        return list(self._connection.execute("SELECT exchange, queue, key FROM binding ORDER BY rowid"))

    def messages(self) -> Iterator[Stub]:
        """Every message in the order of its id, without its content."""
        rows = self._connection.execute(
            "SELECT id, queue, expires_at, coalesce(times, 0) FROM message"
            " LEFT JOIN delivery ON delivery.message = message.id ORDER BY id"
        )
        for id_, queue, expires_at, times in rows:
            yield Stub(queue, Message(id_, expires_at, durable=True, content=None, deliveries=times))

    def content(self, message: Message) -> Content:
        """The content of a stored message."""
        row = self._connection.execute(
            "SELECT exchange, routing_key, properties, body FROM message WHERE id = ?", (message.id,)
        ).fetchone()
        return Content(*row)

    def define(self, statement: str, *values: object) -> None:
        """Change a definition, in the transaction that the next ``commit`` ends."""
        self._begin()
        self._connection.execute(statement, values)

    def commit(self, batch: Batch) -> None:
        """Write the batch and all definitions since the last commit, all or nothing."""
        self._begin()
        many = self._connection.executemany
        many("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _rows(batch.added.values()))
        many("INSERT OR REPLACE INTO delivery VALUES (?, ?)", batch.delivered.items())
        removed = [(id_,) for id_ in batch.removed]
        many("DELETE FROM message WHERE id = ?", removed)
        many("DELETE FROM delivery WHERE message = ?", removed)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Give the file back; what was not committed is gone."""
        self._connection.close()

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")


def _rows(added: Iterable[tuple[int, Message]]) -> Iterator[tuple[object, ...]]:
    for queue, message in added:
        content = message.content
        if content is not None:
            yield (
                message.id,
                queue,
                message.durable,
                message.expires_at,
                content.exchange,
                content.routing_key,
                content.properties,
                content.body,
            )
