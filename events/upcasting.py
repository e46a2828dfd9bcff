"""Older versions of an event: read as the newest one, and told as they were to those who know no newer one.

A handler knows the newest version alone. While an older one is still told, the same fact leaves in both, under one
id: who listens to both lets it take effect once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

Data = dict[str, Any]
Change = Callable[[Data], Data]


@dataclass(frozen=True, kw_only=True)
class Older:
    """A version that a newer one replaced: its name on the wire, its schema, and the ways to and fro.

    The schema stays as it was released. ``upcast`` makes its data into those of the next newer version, ``downcast``
    goes back; without it this version is still read, and not told any more.
    """

    type: str
    schema: Schema
    upcast: Change
    downcast: Change | None = None

    @property
    def is_told(self) -> bool:
        """True while it is sent beside the newer ones."""
        return self.downcast is not None


def upcasted(older: Sequence[Older], event_type: str, data: Data) -> Data:
    """Data of this type as the newest version has them; ValidationError if they are not of their own version.

    ``older`` are all older versions, the newest of them first; what is of none of them is returned as it is.
    """
    types = [each.type for each in older]
    for each in reversed(older[: types.index(event_type) + 1] if event_type in types else ()):
        # Loaded and dumped: what its version doesn't know can't get into the next.
        data = each.upcast(each.schema.dump(each.schema.load(data)))
    return data


def downcasted(older: Sequence[Older], event_type: str, data: Data) -> Data:
    """Data of the newest version as this type has them; ValidationError if the result is not of that version."""
    types = [each.type for each in older]
    for each in older[: types.index(event_type) + 1] if event_type in types else ():
        if each.downcast is None:
            raise ValueError(f"{each.type} is not told any more")
        data = each.downcast(data)
        each.schema.load(data)
    return data
