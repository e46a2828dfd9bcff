"""Roles, and the scopes that they give to a user's tokens."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a user is, beside being one."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    ADMIN = "admin"


#: A customer has only what is its own.
SCOPES: dict[Role, frozenset[str]] = {
    Role.CUSTOMER: frozenset(),
    Role.SUPPORT: frozenset({"users:read", "orders:read"}),
    Role.ADMIN: frozenset(
        {"users:read", "users:write", "credit:write", "orders:read", "orders:write", "products:write"}
    ),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """The scopes that these roles give together."""
    return frozenset().union(*(SCOPES[Role(role)] for role in roles))
