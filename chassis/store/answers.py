"""Answers to keyed requests: stored with the effect of the request, and found by who repeats it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from chassis.store.dialects import insert_new


@dataclass(frozen=True)
class Answer:
    """What was answered to a request, of which only a keyed hash is known."""

    request: str
    status: int
    headers: dict[str, str]
    body: bytes
    #: Whom the body tells of, where that is a user.
    user_id: int | None = None


def claim(session: Session, answers: Table, key: str, now: datetime) -> Answer | None:
    """Claim the key for this transaction; where another has claimed it before, its answer.

    Waits where another transaction is just claiming the same.
    """
    row = {"key": key, "created_at": now}
    if insert_new(session, answers, [row]):
        return None
    columns = (answers.c.request, answers.c.status, answers.c.headers, answers.c.body)
    request, status, headers, body = session.execute(select(*columns).where(answers.c.key == key)).one()
    return Answer(request, status, json.loads(headers), body)


def keep(session: Session, answers: Table, key: str, answer: Answer) -> None:
    """Store the answer under the key that this transaction claimed."""
    values = {
        "request": answer.request,
        "status": answer.status,
        "headers": json.dumps(answer.headers),
        "body": answer.body,
        "user_id": answer.user_id,
    }
    session.execute(update(answers).where(answers.c.key == key).values(values))


def redact(session: Session, answers: Table, user_id: int, values: dict[str, Any]) -> None:
    """Put these values into every answer that tells of the user, in the place of what it says."""
    found = select(answers.c.key, answers.c.body).where(answers.c.user_id == user_id)
    for key, body in session.execute(found).all():
        redacted = json.dumps({**json.loads(body), **values}).encode()
        session.execute(update(answers).where(answers.c.key == key).values(body=redacted))
