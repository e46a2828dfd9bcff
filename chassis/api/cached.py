"""What callers see of a resource, through the cache."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from marshmallow import Schema

from chassis.api.transactions import EXTENSION
from chassis.store.store import Store


def shown(
    kind: str,
    key: object,
    schema: type[Schema],
    find: Callable[[], object | None],
    keep: Callable[[dict[str, Any]], bool] = lambda _: True,
) -> dict[str, Any] | None:
    """The resource as its schema shows it, from the cache or else found; None if there is none.

    Only what ``keep`` says to keep is put into the cache.
    """
    view = schema()

    def load() -> dict[str, Any] | None:
        found = find()
        return None if found is None else dict(view.dump(found))

    store: Store[Any] = current_app.extensions[EXTENSION]
    return store.cache.read(kind, key, view.fields, load, keep)
