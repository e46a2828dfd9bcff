"""A read-through cache that no change of ours can leave stale."""

import json
from collections.abc import Callable, Collection, Iterable
from time import monotonic
from typing import Any, Protocol

from chassis.observability.metrics import CACHE_LOOKUPS

Json = dict[str, Any]

#: Who read longer ago than this doesn't put it into the cache any more.
READ_SECONDS = 5.0
#: So long nothing is put under a key that is held: longer than a read and the commit that it overlaps may take.
HOLD_SECONDS = 45
#: What stands in the place of a value meanwhile.
HELD = ""


class Backing(Protocol):
    """Where the values are. Loses any of them at any time, and never raises."""

    #: What it holds, all processes see.
    shared: bool

    def get(self, key: str) -> str | None:
        """The value under a key; HELD, or None for none."""
        ...

    def add(self, key: str, value: str) -> None:
        """Put a value under a key that has none."""
        ...

    def hold(self, keys: Collection[str]) -> None:
        """Put HELD under the keys, whatever is there, for HOLD_SECONDS."""
        ...


class Cache:
    """Answers with what was read before. Nothing is found in it that a commit of this process has overtaken.

    A unit of work holds the keys of what it changes just before it commits. Who has read the old state by then finds
    the key held and can't put it there; once the hold is over, nobody has the old state any more.
    """

    def __init__(self, service: str, backing: Backing | None) -> None:
        self._service = service
        self._backing = backing

    @property
    def shared(self) -> bool:
        """True if the other processes' changes are seen at once, false if within a moment."""
        return self._backing is not None and self._backing.shared

    def read(
        self,
        kind: str,
        key: object,
        fields: Collection[str],
        load: Callable[[], Json | None],
        keep: Callable[[Json], bool] = lambda _: True,
    ) -> Json | None:
        """The value, from the cache or else loaded; it is kept if it is one that ``keep`` says to keep.

        A value with other fields, of another version of this program, is loaded anew.
        """
        if self._backing is None:
            return load()
        began = monotonic()
        name = self._name(kind, key)
        text = self._backing.get(name)
        if text:
            known: Json = json.loads(text)
            if known.keys() == set(fields):
                CACHE_LOOKUPS.labels(self._service, kind, "hit").inc()
                return known
        CACHE_LOOKUPS.labels(self._service, kind, "miss").inc()
        loaded = load()
        if loaded is not None and text is None and keep(loaded) and monotonic() - began < READ_SECONDS:
            self._backing.add(name, json.dumps(loaded))
        return loaded

    def hold(self, changed: Iterable[tuple[str, object]]) -> None:
        """Forget these kinds and keys, which are about to be changed."""
        names = {self._name(kind, key) for kind, key in changed}
        if self._backing is not None and names:
            self._backing.hold(names)

    def _name(self, kind: str, key: object) -> str:
        return f"{self._service}:{kind}:{key}"
