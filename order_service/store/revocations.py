"""Which tokens are revoked, as far as user_service's events have told."""

from typing import Any

from sqlalchemy import select

from chassis.caller import Caller
from chassis.store.store import Store
from order_service.store.tables import CUSTOMERS


def is_revoked(store: Store[Any], caller: Caller) -> bool:
    """True if the caller is a user who has left, or has ended its tokens since this one was issued."""
    if caller.user_id is None:
        return False
    columns = CUSTOMERS.c
    query = select(columns.deactivated, columns.tokens_issued_before).where(columns.user_id == caller.user_id)
    with store.connection(writes=False) as connection:
        known = connection.execute(query).first()
    # Of who signed up just now nothing is known yet.
    if known is None:
        return False
    ended = known.tokens_issued_before
    return known.deactivated or (ended is not None and caller.issued_at < ended)
