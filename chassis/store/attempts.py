"""Attempts at messages that may have killed a worker: noted before, forgotten after.

So the killer is told from its neighbours: the broker counts how often it gave a message, but gives the whole
prefetch again when a worker dies. Only what was begun alone and never came to an end counts against a message.
"""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select, update


def begin(connection: Connection, attempts: Table, key: str, now: datetime, *, at_most: int) -> int:
    """Tell how many attempts never came to an end, and note that another begins, unless there were ``at_most``."""
    mine = attempts.c.key == key
    unfinished = connection.scalar(select(attempts.c.unfinished).where(mine))
    if unfinished is None:
        connection.execute(insert(attempts).values(key=key, unfinished=1, began_at=now))
        return 0
    if unfinished < at_most:
        connection.execute(update(attempts).where(mine).values(unfinished=attempts.c.unfinished + 1, began_at=now))
    return int(unfinished)


def end(connection: Connection, attempts: Table, key: str) -> None:
    """Forget the attempts at a message: one came to an end, whichever."""
    connection.execute(delete(attempts).where(attempts.c.key == key))
