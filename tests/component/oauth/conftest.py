"""Two clients: a public one with an address, and one with a secret."""

from typing import Any

import pytest

from chassis.store.store import Store
from tests.component.oauth.asking import BACK
from user_service.use_cases.create_client import create_client


@pytest.fixture
def shop(user_store: Store[Any]) -> str:
    """A public client."""
    with user_store.writing() as unit_of_work:
        create_client("shop", "orders:read users:read", [BACK], unit_of_work)
        create_client("other", "users:read", [BACK], unit_of_work)
    return "shop"


@pytest.fixture
def secret(user_store: Store[Any]) -> str:
    """The secret of the client ``billing``."""
    with user_store.writing() as unit_of_work:
        return str(create_client("billing", "credit:write users:read", [], unit_of_work))
