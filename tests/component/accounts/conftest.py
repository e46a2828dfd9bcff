"""The post."""

from typing import Any

import pytest

from chassis.store.store import Store
from tests.component.accounts.post import Post


@pytest.fixture
def post(user_store: Store[Any]) -> Post:
    return Post(user_store)
