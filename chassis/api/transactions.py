"""The edge owns the transaction: a request opens a unit of work, and commits it at the block's end."""

from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar, cast

from flask import current_app

from chassis.store.store import Store

EXTENSION = "store"
U = TypeVar("U")


class Transactions(Generic[U]):
    """Units of work of the current application's store, as the port ``U`` that the use cases know."""

    @property
    def store(self) -> Store[Any]:
        """The current application's store."""
        return cast("Store[Any]", current_app.extensions[EXTENSION])

    def writing(self) -> AbstractContextManager[U]:
        """Committed at the block's end; rolled back, with its events, if the block raises."""
        return cast("AbstractContextManager[U]", current_app.extensions[EXTENSION].writing())

    def reading(self) -> AbstractContextManager[U]:
        """Only looks."""
        return cast("AbstractContextManager[U]", current_app.extensions[EXTENSION].reading())
