"""Which tokens are revoked, as far as user_service's events have told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from chassis.store.store import Store
from order_service.store.tables import CUSTOMERS


def is_revoked(store: Store[Any], user_id: int, issued_at: datetime) -> bool:
    """True if the user has left, or has ended its tokens since this one was issued."""
    columns = CUSTOMERS.c
    query = select(columns.deactivated, columns.tokens_issued_before).where(columns.user_id == user_id)
    with store.connection(writes=False) as connection:
        known = connection.execute(query).first()
    # Of who signed up just now nothing is known yet.
    if known is None:
        return False
    return known.deactivated or (known.tokens_issued_before is not None and issued_at < known.tokens_issued_before)
