"""Redis that may be away: who asks it waits a moment at most, and goes on without."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

T = TypeVar("T")
log = structlog.get_logger(__name__)

#: So long one waits for an answer.
ANSWER_SECONDS = 0.25
#: So long nothing is asked of a Redis that did not answer.
PAUSE_SECONDS = 1.0
#: The first question on a connection that a restart has cut off is asked once more.
RETRY = Retry(NoBackoff(), 1)


class Connection:
    """One process's connections to Redis."""

    def __init__(self, url: str) -> None:
        #: For libraries that speak to Redis themselves.
        self.pool = ConnectionPool.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=RETRY,
            decode_responses=True,
        )
        self.redis = Redis(connection_pool=self.pool)
        self._silent_until = 0.0

    def ask(self, question: Callable[[], T], *, otherwise: T) -> T:
        """Redis's answer; ``otherwise``, where there is none or has been none just now."""
        if self.is_away():
            return otherwise
        try:
            return question()
        except RedisError as error:
            self._silent_until = monotonic() + PAUSE_SECONDS
            log.warning("redis.away", error=type(error).__name__)
            return otherwise

    def is_away(self) -> bool:
        """True if it gave no answer just now."""
        return monotonic() < self._silent_until

    def close(self) -> None:
        """Close all connections."""
        self.pool.disconnect()
