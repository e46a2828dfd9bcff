"""Our copy of a user, through the cache."""

from typing import Any, cast

from chassis.store.store import Store
from order_service.use_cases.ports import KnownCustomer, UnitOfWork


def known_customer(store: Store[Any], user_id: int) -> KnownCustomer | None:
    """The customer; None as long as nothing is known of the user here."""

    def load() -> dict[str, Any] | None:
        unit_of_work: UnitOfWork
        with store.reading() as unit_of_work:
            return cast("dict[str, Any] | None", unit_of_work.customers.known(user_id))

    return cast("KnownCustomer | None", store.cache.read("customer", user_id, KnownCustomer.__annotations__, load))
