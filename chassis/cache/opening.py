"""Opens the cache. Redis' client is a big library: who has no Redis does not wait for it at every start."""

from typing import TYPE_CHECKING

from chassis.cache.cache import Cache
from chassis.cache.memory import Memory

if TYPE_CHECKING:
    from chassis.cache.connection import Connection


def open_connection(redis_url: str | None) -> "Connection | None":
    """This process's connections to Redis; None where there is none."""
    if redis_url is None:
        return None
    from chassis.cache.connection import Connection

    return Connection(redis_url)


def open_cache(service: str, redis_url: str | None) -> Cache:
    """The cache that all processes share; without Redis one of this process alone."""
    connection = open_connection(redis_url)
    if connection is None:
        return Cache(service, Memory())
    from chassis.cache.shared import Shared

    return Cache(service, Shared(connection))
