"""Which settings the code knows, as it asks for them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from broker.environment import Environment
from chassis.observability.tracing import ENDPOINTS
from chassis.settings import _settings
from tests.stores import ORDERS, USERS

#: What is of one machine alone, and set by `make up`.
OF_ONE_MACHINE = {"EMBEDDED_BROKER_PORT", "EXIT_WITH_PARENT"}


class Noting(Environment):
    """An environment that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__(eager=False)
        self.secrets: set[str] = set()

    def secret(self, name: str, default: str, *, validate: Callable[[str], object]) -> str:
        self.secrets.add(name)
        return super().secret(name, default, validate=validate)


@cache
def asked() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all settings of a deployment, and among them those that may stand in a file."""
    names, secrets = set(ENDPOINTS[:1]), set()
    for service in (USERS, ORDERS):
        env: Any = Noting()
        _settings(env, service.defaults, service.own_settings)
        names |= set(env.dump())
        secrets |= env.secrets
    return frozenset(names - OF_ONE_MACHINE), frozenset(secrets)
