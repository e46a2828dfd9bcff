"""Limits: at most so many in a time, for each key. Counted in this process."""

from time import time

from flask import Flask, current_app, request
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from chassis.api.addresses import client_address
from chassis.settings import Settings

EXTENSION = "limits"
#: Whoever looks after the service has to get through.
EXEMPT = {"/livez", "/readyz", "/metrics"}


class Limits:
    """Counts what happened within a moving window."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def check(self, limit: RateLimitItem | None, *key: str) -> None:
        """429 with ``Retry-After`` if it happened too often; counts nothing."""
        if limit is not None and not self._window.test(limit, *key):
            reset_at = self._window.get_window_stats(limit, *key).reset_time
            raise TooManyRequests("Too many of these; try again later.", retry_after=max(1, round(reset_at - time())))

    def count(self, limit: RateLimitItem | None, *key: str) -> None:
        """Note that it happened."""
        if limit is not None:
            self._window.hit(limit, *key)


def limits() -> Limits:
    """The limits of the current application."""
    found: Limits = current_app.extensions[EXTENSION]
    return found


def register_limits(app: Flask, settings: Settings) -> None:
    """Answer no more requests of one address than the setting allows, health and metrics aside."""
    app.extensions[EXTENSION] = Limits()

    def check() -> None:
        if settings.request_limit is None or request.path in EXEMPT:
            return
        address = client_address(settings.trusted_proxies)
        limits().check(settings.request_limit, "request", address)
        limits().count(settings.request_limit, "request", address)

    app.before_request(check)
