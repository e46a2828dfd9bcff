"""Units of work that store one user and one event each, on as many threads as connections.

DATABASE_URL=… python -m bench.ours.registering        (asked by `bench.program`)
"""

import os
from concurrent.futures import ThreadPoolExecutor

from bench.program import answer
from tests.stores import USERS, add_user, opened

CONNECTIONS = 16


def main() -> None:
    """Store as many as asked."""
    with opened(USERS, os.environ["DATABASE_URL"]) as store, ThreadPoolExecutor(CONNECTIONS) as threads:

        def register(number: int) -> int:
            return len(list(threads.map(lambda _: add_user(store, told=True), range(number))))

        answer(register)


if __name__ == "__main__":
    main()
