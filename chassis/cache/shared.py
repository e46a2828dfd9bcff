"""The cache that all processes share: Redis, which may be away, may come back with old values, and may forget."""

import threading
from collections.abc import Collection
from time import monotonic, sleep
from typing import cast

from chassis.cache.cache import HELD, HOLD_SECONDS, READ_SECONDS
from chassis.cache.connection import Connection

#: How old a value may become if whoever overtook it could not reach Redis, and was killed before he could.
VALUE_SECONDS = 30
AGAIN_SECONDS = 0.2


class Shared:
    """Values in Redis. What could not be held is held as soon as Redis answers again, and until then not read."""

    shared = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._redis = connection.redis
        #: What is still to be held, and until when there may be a value of before.
        self._late: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """The value under a key; HELD, or None for none."""
        if key in self._late:
            return HELD
        # Without an answer there is no place for a value either.
        return self._connection.ask(
            lambda: cast("str | None", self._redis.get(key)), otherwise=cast("str | None", HELD)
        )

    def add(self, key: str, value: str) -> None:
        """Put a value under a key that has none."""
        self._connection.ask(lambda: self._redis.set(key, value, ex=VALUE_SECONDS, nx=True), otherwise=None)

    def hold(self, keys: Collection[str]) -> None:
        """Put HELD under the keys, whatever is there, for HOLD_SECONDS."""
        if not self._connection.ask(lambda: self._hold(keys), otherwise=False):
            self._hold_later(keys)

    def _hold(self, keys: Collection[str]) -> bool:
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.set(key, HELD, ex=HOLD_SECONDS)
            pipeline.execute()
        return True

    def _hold_later(self, keys: Collection[str]) -> None:
        with self._lock:
            begun = bool(self._late)
            self._late.update(dict.fromkeys(keys, monotonic() + READ_SECONDS + VALUE_SECONDS))
        if not begun:
            threading.Thread(target=self._catch_up, name="cache-catches-up", daemon=True).start()

    def _catch_up(self) -> None:
        while True:
            sleep(AGAIN_SECONDS)
            with self._lock:
                late = dict(self._late)
            held = self._connection.ask(lambda keys=tuple(late): self._hold(keys), otherwise=False)  # type: ignore[misc]
            now = monotonic()
            with self._lock:
                # One that was changed again meanwhile is held once more.
                done = {key for key, until in late.items() if (held or until < now) and self._late[key] == until}
                for key in done:
                    del self._late[key]
                if not self._late:
                    return
