"""Units of work that store users and an event for each, on as many threads as connections.

DATABASE_URL=… python -m bench.ours.registering        (asked by `bench.program`)
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bench.program import answer
from chassis.store.store import Store
from tests.stores import USERS, opened
from user_service.domain.user import User

CONNECTIONS = 16


def add_users(store: Store[Any], number: int) -> int:
    """So many new users in one unit of work, each told."""
    now = datetime.now(UTC)
    with store.writing() as unit_of_work:
        for _ in range(number):
            user = User(
                name="Ada",
                email=f"{uuid4()}@example.com",
                password_hash="none",
                credit_limit_cents=1,
                created_at=now,
                updated_at=now,
                limit_set_at=now,
            )
            unit_of_work.users.add(user)
            user.tell_registered()
    return number


def main() -> None:
    """Store as many as asked."""
    with opened(USERS, os.environ["DATABASE_URL"]) as store, ThreadPoolExecutor(CONNECTIONS) as threads:

        def register(number: int, at_once: int) -> int:
            batches = [min(at_once, number - start) for start in range(0, number, at_once)]
            return sum(threads.map(lambda batch: add_users(store, batch), batches))

        answer(register)


if __name__ == "__main__":
    main()
