"""What was done to others' accounts, to clients and to keys: who, when, what. Rows are added, and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from user_service.store.tables import ADMIN_ACTIONS


@dataclass(frozen=True)
class AdminAction:
    """One of them."""

    at: datetime
    actor: str
    action: str
    subject: str


class AdminActions:
    """The book of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, at: datetime, actor: str, action: str, subject: str) -> None:
        """Write one down, in the transaction of what was done."""
        self._connection.execute(
            insert(ADMIN_ACTIONS), [{"at": at, "actor": actor, "action": action, "subject": subject}]
        )

    def latest(self, limit: int) -> Sequence[AdminAction]:
        """The last ones, newest first."""
        columns = ADMIN_ACTIONS.c
        query = select(columns.at, columns.actor, columns.action, columns.subject)
        rows = self._connection.execute(query.order_by(columns.position.desc()).limit(limit))
        return [AdminAction(*tuple(row)) for row in rows]
