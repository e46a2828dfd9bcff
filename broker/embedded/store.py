"""Group commit: what arrives within one turn of the event loop is one transaction, and is confirmed after it.

Everything here runs on the event loop's own thread. While a commit waits for the disk nothing is read from any
client, so publishers faster than the disk are held back by TCP, and the next batch is larger for it.

Contents stay in memory from publish to settlement while all of them together take less than ``CONTENT_BYTES``; of
a longer backlog only the stubs do (some 200 bytes a message), and a content is read from the file when it is
delivered. The newest are the ones left on disk, since the oldest are delivered first.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from itertools import count
from typing import Protocol

from broker.embedded.database import Batch, Database
from broker.embedded.errors import StoreFailed
from broker.embedded.message import Content, Message

#: Contents kept in memory, in bytes.
CONTENT_BYTES = 64 * 1024 * 1024
#: Acknowledgements are promised to nobody, so they wait for company; in seconds.
UNHURRIED_SECONDS = 0.01


class Confirmer(Protocol):
    """Whoever waits for what it published to be on the disk."""

    def confirm(self, published: int) -> None:
        """Say that everything up to this number is safe."""


class Store:
    """Holds the messages; nothing is confirmed before it is in the file, and a failure stops everything."""

    def __init__(self, database: Database, on_failure: Callable[[StoreFailed], None]) -> None:
        self.database = database
        self._on_failure = on_failure
        self._batch = Batch()
        self._confirms: dict[Confirmer, int] = {}
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._urgent = False
        self._resident = 0
        self._ids = count(1)
        self._failure: StoreFailed | None = None

    def start_ids_after(self, last: int) -> None:
        """Let ids go on where the file ends."""
        self._ids = count(last + 1)

    def add(self, queue: int, content: Content, expires_at: int | None, *, durable: bool) -> Message:
        """A new message at the end of a queue, in the file after the next commit."""
        message = Message(next(self._ids), expires_at, durable, content)
        self._batch.added[message.id] = (queue, message)
        self._commit_unhurried()
        return message

    def delivered(self, message: Message) -> None:
        """Count one more delivery of the message."""
        message.deliveries += 1
        self._batch.delivered[message.id] = message.deliveries
        self._commit_unhurried()

    def remove(self, message: Message) -> None:
        """Forget a message that is settled or was moved."""
        self._batch.delivered.pop(message.id, None)
        if self._batch.added.pop(message.id, None) is None:
            self._batch.removed.append(message.id)
            self._resident -= message.content.size if message.content else 0
            self._commit_unhurried()

    def content(self, message: Message) -> Content:
        """The content of a message, from memory or from the file."""
        if message.content is not None:
            return message.content
        try:
            return self.database.content(message)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def define(self, statement: str, *values: object) -> None:
        """Change a definition; it is on the disk after the next commit."""
        try:
            self.database.define(statement, *values)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def confirm_after_commit(self, confirmer: Confirmer, published: int) -> None:
        """Confirm everything up to this number once it is safe, which is soon."""
        self._confirms[confirmer] = published
        self._commit_soon()

    def commit(self) -> None:
        """Write what is waiting, then confirm it; once this has failed it fails for good."""
        self._cancel_timer()
        if self._failure is not None:
            raise self._failure
        batch, self._batch = self._batch, Batch()
        confirms, self._confirms = self._confirms, {}
        try:
            self.database.commit(batch)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._let_go_of_contents(batch)
        for confirmer, published in confirms.items():
            confirmer.confirm(published)

    def close(self) -> None:
        """Write what is waiting and give the file back."""
        self.commit()
        self._cancel_timer()
        self.database.close()

    def _commit_in_turn(self) -> None:
        # Whoever started us is told of a failure by ``on_failure``; the event loop can't do anything about it.
        with contextlib.suppress(StoreFailed):
            self.commit()

    def _let_go_of_contents(self, batch: Batch) -> None:
        for _, message in batch.added.values():
            size = message.content.size if message.content else 0
            if self._resident + size <= CONTENT_BYTES:
                self._resident += size
            else:
                message.content = None

    def _commit_soon(self) -> None:
        if not self._urgent:
            self._cancel_timer()
            self._urgent = True
            self._timer = asyncio.get_running_loop().call_soon(self._commit_in_turn)

    def _commit_unhurried(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(UNHURRIED_SECONDS, self._commit_in_turn)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._urgent = None, False

    def _failed(self, error: sqlite3.Error) -> StoreFailed:
        if self._failure is None:
            self._failure = StoreFailed(f"the store failed: {error}")
            self._on_failure(self._failure)
        return self._failure
