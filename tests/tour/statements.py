"""The statements that go to a database, as the driver gets them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

#: What else is sent begins, sets up or ends a transaction.
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, eq=False)
class Statement:
    """One, with its parameters; of many rows at once the first row's."""

    sql: str
    parameters: Any
    engine: Engine

    @property
    def short(self) -> str:
        """On one line."""
        return " ".join(self.sql.split())


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """All statements of this process, from here to the block's end."""
    seen: list[Statement] = []

    def note(connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, executemany: bool) -> None:
        if sql.lstrip().upper().startswith(VERBS):
            seen.append(Statement(sql, parameters[0] if executemany else parameters, connection.engine))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
