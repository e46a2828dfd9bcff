"""Which tokens are revoked."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from chassis.store.store import Store
from user_service.domain.user import UserStatus
from user_service.store.tables import USERS


def is_revoked(store: Store[Any], user_id: int, issued_at: datetime) -> bool:
    """True if the user has left."""
    del issued_at
    query = select(USERS.c.status).where(USERS.c.id == user_id)
    with store.connection(writes=False) as connection:
        return bool(connection.scalar(query) is UserStatus.DEACTIVATED)
