"""Mails that are due: kept until they are sent, so that each is sent at least once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from user_service.domain.mailed_link import DueMail, Purpose
from user_service.store.tables import MAILS


class Mails:
    """The mails of user_service that are due."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, purpose: Purpose, email: str, now: datetime) -> None:
        """Have a link mailed to this address, if it is somebody's when the mail is sent."""
        row = {"purpose": purpose, "email": email, "attempts": 0, "not_before": now}
        self._connection.execute(insert(MAILS), [row])

    def take(self, now: datetime, pause: timedelta) -> DueMail | None:
        """The mail that is due for the longest time, which nobody else takes before the pause is over."""
        columns = MAILS.c
        due = select(columns.position, columns.purpose, columns.email, columns.attempts)
        due = due.where(columns.not_before <= now).order_by(columns.not_before).limit(1)
        row = self._connection.execute(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        taken = {"not_before": now + pause, "attempts": columns.attempts + 1}
        self._connection.execute(update(MAILS).where(columns.position == row.position).values(taken))
        return DueMail(*tuple(row))

    def remove(self, position: int) -> None:
        """The mail is sent, or is to go to nobody."""
        self._connection.execute(delete(MAILS).where(MAILS.c.position == position))
