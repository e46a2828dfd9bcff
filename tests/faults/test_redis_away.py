"""Without Redis everything is slower, nothing is wrong, and nothing is down."""

from collections.abc import Iterator
from time import monotonic

import pytest
from limits import parse
from werkzeug.exceptions import TooManyRequests

from chassis.api.limits import Limits
from chassis.cache.cache import Cache
from chassis.cache.connection import Connection
from chassis.cache.shared import Shared
from tests.eventually import eventually
from tests.missing import skip_or_fail
from tests.servers import redis_node
from tests.servers.redis_node import RedisNode

FIELDS = ("name",)


@pytest.fixture
def node() -> Iterator[RedisNode]:
    if not redis_node.is_packaged():
        skip_or_fail("no Redis that may be killed: install Debian's package")
    with redis_node.running_node() as running:
        yield running


def read(cache: Cache, name: str) -> str:
    """What the cache has; where it has nothing, this name."""
    found = cache.read("product", "lamp", FIELDS, lambda: {"name": name})
    assert found is not None
    return str(found["name"])


def test_a_redis_that_is_dead_is_done_without(node: RedisNode) -> None:
    cache = Cache("test", Shared(Connection(node.url)))
    read(cache, "Lamp")

    node.kill()

    cache.hold([("product", "lamp")])
    assert read(cache, "Lantern") == "Lantern"


def test_a_redis_that_hangs_costs_a_moment_once(node: RedisNode) -> None:
    cache = Cache("test", Shared(Connection(node.url)))
    read(cache, "Lamp")
    node.hang()

    began = monotonic()
    names = [read(cache, str(number)) for number in range(100)]
    seconds = monotonic() - began

    node.go_on()
    assert names == [str(number) for number in range(100)]
    # One question in a second, asked twice, of a quarter of a second each: not a hundred.
    assert seconds < 5


def test_a_change_that_redis_missed_is_told_to_it_when_it_is_back(node: RedisNode) -> None:
    here, elsewhere = (Cache("test", Shared(Connection(node.url))) for _ in range(2))
    read(here, "Lamp")
    node.kill()
    here.hold([("product", "lamp")])

    node.start()

    assert read(here, "Lantern") == "Lantern"
    eventually(lambda: read(elsewhere, "Lantern") == "Lantern", timeout=10)


def test_it_is_used_again_when_it_is_back(node: RedisNode) -> None:
    cache = Cache("test", Shared(Connection(node.url)))
    node.kill()
    read(cache, "Lamp")

    node.start()

    eventually(lambda: read(cache, "Lamp") == "Lamp" == read(cache, "Lantern"), timeout=10)


def test_failures_are_counted_on_while_it_is_away(node: RedisNode) -> None:
    limits, twice = Limits("test", Connection(node.url)), parse("2/minute")
    limits.count(twice, "ada")

    node.kill()

    limits.check(twice, "ada")
    limits.count(twice, "ada")
    with pytest.raises(TooManyRequests):
        limits.check(twice, "ada")
