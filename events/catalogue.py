"""Every event there is, who sends it, and who listens: the one list.

Topology, the ``mandatory`` flag, the check of sources and the documents are read from here.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from events.errors import UnknownType
from events.event import Event
from events.external import CreditLimitSet, OrderRequested, ProductListed
from events.orders import OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected
from events.users import (
    CreditRefused,
    CreditReleased,
    CreditReserved,
    UserCreditLimitChanged,
    UserDeactivated,
    UserErased,
    UserProfileChanged,
    UserRegistered,
    UserTokensRevoked,
)

USERS = "user_service"
ORDERS = "order_service"
#: The services of ours: each sends under the source ``/<name>`` and reads the queue ``<name>``.
SERVICES = (USERS, ORDERS)
MAX_SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Entry:
    """One event: who sends it (None: any system but ours) and which services of ours listen."""

    event: type[Event]
    sender: str | None
    listeners: tuple[str, ...] = ()

    def allows(self, source: str) -> bool:
        """True if ``source`` may send this event."""
        ours = source.removeprefix("/") if source.startswith("/") else None
        return ours == self.sender if self.sender else ours not in SERVICES


CATALOGUE = (
    Entry(UserRegistered, USERS, (ORDERS,)),
    Entry(UserProfileChanged, USERS, (ORDERS,)),
    Entry(UserDeactivated, USERS, (ORDERS,)),
    Entry(UserErased, USERS, (ORDERS,)),
    Entry(UserTokensRevoked, USERS, (ORDERS,)),
    Entry(UserCreditLimitChanged, USERS),
    Entry(CreditReserved, USERS, (ORDERS,)),
    Entry(CreditRefused, USERS, (ORDERS,)),
    Entry(CreditReleased, USERS),
    Entry(OrderPlaced, ORDERS, (USERS,)),
    Entry(OrderConfirmed, ORDERS),
    Entry(OrderRejected, ORDERS),
    Entry(OrderCancelled, ORDERS, (USERS,)),
    Entry(ProductListed, None, (ORDERS,)),
    Entry(OrderRequested, None, (ORDERS,)),
    Entry(CreditLimitSet, None, (USERS,)),
)

BY_TYPE = {entry.event.type: entry for entry in CATALOGUE}


def entry(event_type: str) -> Entry:
    """The entry of this wire type; UnknownType if there is none."""
    try:
        return BY_TYPE[event_type]
    except KeyError:
        shown = event_type[:MAX_SHOWN_CHARACTERS]
        near = get_close_matches(shown, BY_TYPE, cutoff=0.5)
        raise UnknownType(
            f"no event has the type {shown!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        ) from None


def types_for(service: str) -> tuple[str, ...]:
    """The wire types that this service listens to."""
    return tuple(entry.event.type for entry in CATALOGUE if service in entry.listeners)
