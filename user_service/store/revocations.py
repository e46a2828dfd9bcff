"""Which tokens are revoked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, null, select

from chassis.caller import Caller
from chassis.store.dialects import insert_new
from chassis.store.store import Store
from user_service.domain.user import UserStatus
from user_service.store.tables import REVOKED_TOKENS, USERS


def is_revoked(store: Store[Any], caller: Caller) -> bool:
    """True if the token was revoked, or its user has left, or has ended its tokens since this one was issued."""
    revoked = exists().where(REVOKED_TOKENS.c.token_id == caller.token_id).label("revoked")
    if caller.user_id is None:
        query = select(revoked, null().label("status"), null().label("tokens_issued_before"))
    else:
        query = select(revoked, USERS.c.status, USERS.c.tokens_issued_before).where(USERS.c.id == caller.user_id)
    with store.connection(writes=False) as connection:
        known = connection.execute(query).first()
    if known is None:
        return False
    ended = known.tokens_issued_before
    return known.revoked or known.status is UserStatus.DEACTIVATED or (ended is not None and caller.issued_at < ended)


class RevokedTokens:
    """Access tokens that were ended before their time, by their ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token_id: str, expires_at: datetime) -> None:
        """Refuse this access token from now on; a second time has no effect."""
        insert_new(self._connection, REVOKED_TOKENS, [{"token_id": token_id, "expires_at": expires_at}])
