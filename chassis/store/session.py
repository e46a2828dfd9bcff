"""A session that remembers what it changed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.store.changes import write_changes


class NotingSession(Session):
    """SQLAlchemy's session, which after a flush knows no more what was changed in it; this one does."""

    def __init__(self, bind: object) -> None:
        super().__init__(bind, autoflush=False, expire_on_commit=False)  # type: ignore[arg-type] # engine or connection
        #: What was stored before, and was changed here.
        self.changed: set[object] = set()

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Write what was changed."""
        self.changed.update(self.dirty)
        if objects is None:
            write_changes(self)
        super().flush(objects)
