"""The small cache of one process. It learns nothing of what others change, so it keeps a value only for a moment."""

import threading
from collections.abc import Collection
from time import monotonic

from cachetools import TLRUCache

from chassis.cache.cache import HELD, HOLD_SECONDS

#: About as long as an event takes. A value that is asked for often is found all the same.
VALUE_SECONDS = 0.25
MOST = 10_000


class Memory:
    """Values in this process, the ones that were not used for longest dropped first."""

    shared = False

    def __init__(self) -> None:
        self._values: TLRUCache[str, str] = TLRUCache(MOST, ttu=_until, timer=monotonic)
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """The value under a key; HELD, or None for none."""
        with self._lock:
            return self._values.get(key)

    def add(self, key: str, value: str) -> None:
        """Put a value under a key that has none."""
        with self._lock:
            self._values.setdefault(key, value)

    def hold(self, keys: Collection[str]) -> None:
        """Put HELD under the keys, whatever is there, for HOLD_SECONDS."""
        with self._lock:
            self._values.update(dict.fromkeys(keys, HELD))


def _until(_key: str, value: str, now: float) -> float:
    return now + (HOLD_SECONDS if value == HELD else VALUE_SECONDS)
