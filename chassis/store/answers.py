"""Answers to keyed requests: stored with the effect of the request, and found by who repeats it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update

from chassis.store.dialects import insert_all


@dataclass(frozen=True)
class Answer:
    """What was answered to a request, of which only a keyed hash is known."""

    request: str
    status: int
    headers: dict[str, str]
    body: bytes
    #: Whom the body tells of, where that is a user.
    user_id: int | None = None


def keep(connection: Connection, answers: Table, key: str, answer: Answer, now: datetime) -> None:
    """Store the answer under the key. The database refuses it if the key has one.

    Waits where another transaction is just storing one.
    """
    row = {
        "key": key,
        "request": answer.request,
        "status": answer.status,
        "headers": json.dumps(answer.headers),
        "body": answer.body,
        "user_id": answer.user_id,
        "created_at": now,
    }
    insert_all(connection, answers, [row])


def known(connection: Connection, answers: Table, key: str) -> Answer | None:
    """The answer that is stored under the key."""
    columns = (answers.c.request, answers.c.status, answers.c.headers, answers.c.body, answers.c.user_id)
    found = connection.execute(select(*columns).where(answers.c.key == key)).first()
    if found is None:
        return None
    request, status, headers, body, user_id = found
    return Answer(request, status, json.loads(headers), body, user_id)


def redact(connection: Connection, answers: Table, user_id: int, values: dict[str, Any]) -> None:
    """Put these values into every answer that tells of the user, in the place of what it says."""
    found = select(answers.c.key, answers.c.body).where(answers.c.user_id == user_id)
    for key, body in connection.execute(found).all():
        redacted = json.dumps({**json.loads(body), **values}).encode()
        connection.execute(update(answers).where(answers.c.key == key).values(body=redacted))
