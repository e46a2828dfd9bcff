"""Limits: at most so many in a time, for each key; counted by all instances together, where there is Redis."""

from time import time
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from limits import RateLimitItem
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from chassis.api.addresses import client_address
from chassis.cache.opening import open_connection
from chassis.settings import Settings

if TYPE_CHECKING:
    from chassis.cache.connection import Connection

EXTENSION = "limits"
#: Whoever looks after the service has to get through.
EXEMPT = {"/livez", "/readyz", "/metrics"}


class Limits:
    """Counts what happened within a moving window: here, and in Redis, so that its absence forgives nobody here."""

    def __init__(self, service: str, redis: "Connection | None") -> None:
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._redis = redis
        if redis is not None:
            prefix = f"{service}:limits"
            storage = RedisStorage("redis://", connection_pool=redis.pool, key_prefix=prefix)
            self._everywhere = MovingWindowRateLimiter(storage)

    def check(self, limit: RateLimitItem | None, *key: str) -> None:
        """429 with ``Retry-After`` if it happened too often; counts nothing."""
        if limit is None:
            return
        seconds = self._seconds_left(self._here, limit, key)
        if self._redis is not None:
            shared = self._redis.ask(lambda: self._seconds_left(self._everywhere, limit, key), otherwise=0.0)
            seconds = max(seconds, shared)
        if seconds > 0:
            raise TooManyRequests("Too many of these; try again later.", retry_after=max(1, round(seconds)))

    def count(self, limit: RateLimitItem | None, *key: str) -> None:
        """Note that it happened."""
        if limit is None:
            return
        self._here.hit(limit, *key)
        if self._redis is not None:
            self._redis.ask(lambda: self._everywhere.hit(limit, *key), otherwise=False)

    def _seconds_left(self, window: MovingWindowRateLimiter, limit: RateLimitItem, key: tuple[str, ...]) -> float:
        if window.test(limit, *key):
            return 0.0
        return max(1.0, window.get_window_stats(limit, *key).reset_time - time())


def limits() -> Limits:
    """The limits of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


def register_limits(app: Flask, settings: Settings) -> None:
    """Answer no more requests of one address than the setting allows, health and metrics aside."""
    app.extensions[EXTENSION] = Limits(app.name, open_connection(settings.redis_url))

    def check() -> None:
        if settings.request_limit is None or request.path in EXEMPT:
            return
        address = client_address(settings.trusted_proxies)
        limits().check(settings.request_limit, "request", address)
        limits().count(settings.request_limit, "request", address)

    app.before_request(check)
