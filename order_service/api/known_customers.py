"""Our copy of a user, through the cache."""

from typing import Any, cast

from flask import g

from chassis.store.store import Store
from order_service.use_cases.ports import KnownCustomer, UnitOfWork


def known_customer(store: Store[Any], user_id: int) -> KnownCustomer | None:
    """The customer; None as long as nothing is known of the user here."""

    def load() -> dict[str, Any] | None:
        unit_of_work: UnitOfWork
        with store.reading() as unit_of_work:
            return cast("dict[str, Any] | None", unit_of_work.customers.known(user_id))

    found = cast("KnownCustomer | None", store.cache.read("customer", user_id, KnownCustomer.__annotations__, load))
    _looked_at()[user_id] = found
    return found


def customer_name(user_id: int, unit_of_work: UnitOfWork) -> str | None:
    """What the customer is called; None as above. Whom the request has looked at already is not looked for again."""
    seen = _looked_at()
    customer = seen[user_id] if user_id in seen else unit_of_work.customers.known(user_id)
    return customer and customer["name"]


def _looked_at() -> dict[int, KnownCustomer | None]:
    found: dict[int, KnownCustomer | None] = g.setdefault("customers", {})
    return found
