"""Which tokens are revoked, as far as user_service's events have told."""

from datetime import datetime
from typing import Any

from chassis.caller import Caller
from chassis.store.store import Store
from order_service.api.known_customers import known_customer


def is_revoked(store: Store[Any], caller: Caller) -> bool:
    """True if the caller is a user who has left, or has ended its tokens since this one was issued."""
    known = None if caller.user_id is None else known_customer(store, caller.user_id)
    # Of who signed up just now nothing is known yet.
    if known is None:
        return False
    ended = known["tokens_issued_before"]
    return known["deactivated"] or (ended is not None and caller.issued_at < datetime.fromisoformat(ended))
