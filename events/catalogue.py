"""Every event there is, who sends it, and who listens: the one list.

Topology, the ``mandatory`` flag, the check of sources and the documents are read from here.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile

from events.errors import UnknownType
from events.event import Event
from events.external import CreditLimitSet, OrderRequested, ProductListed
from events.orders import OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected
from events.upcasting import Older
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


#: Of all events together, by semantic versioning: new ones and new optional fields raise the minor version; that an
#: older version is not told any more raises the major version.
VERSION = "1.0.0"


@dataclass(frozen=True)
class Entry:
    """One event: who sends it (None: any system but ours), which services of ours listen, and its older versions."""

    event: type[Event]
    sender: str | None
    listeners: tuple[str, ...] = ()
    #: The newest of them first.
    older: tuple[Older, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The wire types of all its versions, the newest first: all of them are read for ever."""
        return (self.event.type, *(each.type for each in self.older))

    @property
    def told_types(self) -> tuple[str, ...]:
        """The wire types that it is sent as, the newest first."""
        return (self.event.type, *(each.type for each in takewhile(lambda each: each.is_told, self.older)))

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

BY_TYPE = {event_type: entry for entry in CATALOGUE for event_type in entry.types}


def entry(event_type: str) -> Entry:
    """The entry of this wire type, whichever version it is; UnknownType if there is none."""
    try:
        return BY_TYPE[event_type]
    except KeyError:
        shown = event_type[:MAX_SHOWN_CHARACTERS]
        near = get_close_matches(shown, BY_TYPE, cutoff=0.5)
        raise UnknownType(
            f"no event has the type {shown!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        ) from None


def entries_for(service: str) -> tuple[Entry, ...]:
    """The events that this service listens to."""
    return tuple(entry for entry in CATALOGUE if service in entry.listeners)


def types_for(service: str) -> tuple[str, ...]:
    """The wire types that this service listens to, older versions too."""
    return tuple(event_type for entry in entries_for(service) for event_type in entry.types)
