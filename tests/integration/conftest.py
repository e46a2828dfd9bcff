"""Stores on each database."""

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.store.store import Store
from tests.stores import ORDERS, USERS, migrated


@pytest.fixture
def user_store(database_url: str) -> Iterator[Store[Any]]:
    with migrated(USERS, database_url) as store:
        yield store


@pytest.fixture
def order_store(database_url: str) -> Iterator[Store[Any]]:
    with migrated(ORDERS, database_url) as store:
        yield store


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store[Any]]:
    """For what has nothing to do with the kind of database."""
    with migrated(USERS, sqlite_url) as store:
        yield store
