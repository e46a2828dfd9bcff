"""Nothing is found in the cache that a change has overtaken: with each process's own, and with Redis."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.cache import cache as cache_module
from chassis.cache.cache import Cache, Json
from chassis.cache.connection import Connection
from chassis.cache.memory import Memory
from chassis.cache.shared import Shared
from tests.eventually import eventually

FIELDS = ("name",)


class Stored:
    """What a database would have, and how often it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0

    def load(self) -> Json:
        self.asked += 1
        return {"name": self.name}


def redis_cache(url: str, service: str) -> Cache:
    return Cache(service, Shared(Connection(url)))


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Cache:
    if request.param == "memory":
        return Cache("test", Memory())
    return redis_cache(request.getfixturevalue("redis_url"), f"test-{uuid4()}")


@pytest.fixture
def instances(redis_url: str) -> tuple[Cache, Cache]:
    """Two processes' caches on one Redis."""
    service = f"test-{uuid4()}"
    return redis_cache(redis_url, service), redis_cache(redis_url, service)


def read(cache: Cache, load: Callable[[], Json | None], key: str = "lamp", **more: Any) -> Json | None:
    return cache.read("product", key, FIELDS, load, **more)


def test_what_was_read_is_not_loaded_again(cache: Cache) -> None:
    stored = Stored("Lamp")

    found = [read(cache, stored.load) for _ in range(3)]

    assert found == [{"name": "Lamp"}] * 3
    assert stored.asked == 1


def test_what_is_changed_is_loaded_again(cache: Cache) -> None:
    stored = Stored("Lamp")
    read(cache, stored.load)

    cache.hold([("product", "lamp")])
    stored.name = "Lantern"

    assert read(cache, stored.load) == {"name": "Lantern"}


def test_other_instances_see_a_change_too(instances: tuple[Cache, Cache]) -> None:
    one, other = instances
    stored = Stored("Lamp")
    read(other, stored.load)

    one.hold([("product", "lamp")])
    stored.name = "Lantern"

    assert read(other, stored.load) == {"name": "Lantern"}


def test_who_reads_during_a_change_puts_nothing_there_that_it_overtakes(cache: Cache) -> None:
    stored = Stored("Lamp")
    has_read, has_changed = threading.Event(), threading.Event()

    def load_slowly() -> Json:
        loaded = stored.load()
        has_read.set()
        assert has_changed.wait(10)
        return loaded

    reader = threading.Thread(target=read, args=(cache, load_slowly))
    reader.start()
    assert has_read.wait(10)
    cache.hold([("product", "lamp")])
    stored.name = "Lantern"
    has_changed.set()
    reader.join(10)

    assert read(cache, stored.load) == {"name": "Lantern"}


def test_who_read_too_long_ago_puts_nothing_there(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "READ_SECONDS", 0)
    stored = Stored("Lamp")

    found = [read(cache, stored.load) for _ in range(2)]

    assert found == [{"name": "Lamp"}] * 2
    assert stored.asked == 2


def test_what_there_is_not_is_asked_for_each_time(cache: Cache) -> None:
    assert read(cache, lambda: None) is None
    assert read(cache, Stored("Lamp").load) == {"name": "Lamp"}


def test_what_should_not_be_kept_is_not(cache: Cache) -> None:
    stored = Stored("Lamp")

    for _ in range(2):
        read(cache, stored.load, keep=lambda value: value["name"] != "Lamp")

    assert stored.asked == 2


def test_what_another_version_of_the_program_put_there_is_loaded_again(instances: tuple[Cache, Cache]) -> None:
    old, new = instances
    read(old, Stored("Lamp").load)

    found = new.read("product", "lamp", ("name", "colour"), lambda: {"name": "Lamp", "colour": "red"})

    assert found == {"name": "Lamp", "colour": "red"}


def test_the_caches_of_two_services_on_one_redis_don_t_meet(redis_url: str) -> None:
    one, other = (redis_cache(redis_url, f"test-{uuid4()}") for _ in range(2))
    read(one, Stored("Lamp").load)

    assert read(other, Stored("Lantern").load) == {"name": "Lantern"}


def test_a_process_alone_learns_of_others_changes_in_a_moment() -> None:
    cache, stored = Cache("test", Memory()), Stored("Lamp")
    read(cache, stored.load)

    stored.name = "Lantern"

    eventually(lambda: read(cache, stored.load) == {"name": "Lantern"}, timeout=5)
