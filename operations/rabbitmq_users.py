"""Who may do what on RabbitMQ, derived from the catalogue.

Permissions are regular expressions on the names of queues and exchanges; topic permissions, on what is published to
the exchange ``events`` and bound to it, by routing key.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from broker.topology import EXCHANGE, dead_queue
from events.catalogue import CATALOGUE, SERVICES, types_for

#: RabbitMQ's own names of the exchange "", and of queues that the broker has named.
DEFAULT_EXCHANGE = r"amq\.default"
NAMED_BY_THE_BROKER = r"amq\.gen-.+"
OPERATOR = "operator"
SUBSCRIBER = "subscriber"
NOTHING = "^$"
ANYTHING = ".*"


@dataclass(frozen=True)
class User:
    """A user with the queues and exchanges that it may make and remove, write to, read from; and with which types."""

    name: str
    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    types_written: str = NOTHING
    types_read: str = NOTHING
    tags: tuple[str, ...] = ()

    @property
    def permissions(self) -> dict[str, str]:
        """On queues and exchanges."""
        return {"configure": self.configure, "write": self.write, "read": self.read}

    @property
    def topic_permissions(self) -> dict[str, str]:
        """On the routing keys of the exchange."""
        return {"write": self.types_written, "read": self.types_read}


def _any_of(*patterns: str) -> str:
    # RabbitMQ looks for a match anywhere in a name.
    return f"^({'|'.join(patterns)})$"


def _types(*types: str) -> str:
    return _any_of(*map(re.escape, types))


def _service(name: str) -> User:
    queue, dead, retries = re.escape(name), re.escape(dead_queue(name)), rf"{re.escape(name)}\.retry\.[0-9]+[sm]"
    return User(
        name,
        configure=_any_of(queue, dead, retries),
        # It publishes to its retry queues and dead letters by their names, through the default exchange.
        write=_any_of(EXCHANGE, DEFAULT_EXCHANGE, queue, dead, retries),
        # Who declares a queue that hands on what it gave up must be one who may read it.
        read=_any_of(EXCHANGE, queue, retries),
        types_written=_types(*(each for entry in CATALOGUE if entry.sender == name for each in entry.types)),
        types_read=_types(*types_for(name)),
    )


def _other_systems() -> tuple[User, ...]:
    types = sorted(each for entry in CATALOGUE if entry.sender is None for each in entry.types)
    return tuple(
        User(kind, write=_any_of(EXCHANGE), types_written=_types(*own))
        for kind, own in groupby(types, lambda event_type: event_type.partition(".")[0])
    )


def _subscriber() -> User:
    own = rf"{SUBSCRIBER}\..+"
    return User(
        SUBSCRIBER,
        configure=_any_of(own),
        write=_any_of(own),
        read=_any_of(EXCHANGE, own),
        types_read=ANYTHING,
    )


def _operator() -> User:
    dead = tuple(re.escape(dead_queue(service)) for service in SERVICES)
    own = (*(rf"{queue}\.look" for queue in dead), NAMED_BY_THE_BROKER)
    return User(
        OPERATOR,
        configure=_any_of(*own),
        # What is replayed goes to its service's queue by name; what is watched comes to a queue of the watcher's.
        write=_any_of(DEFAULT_EXCHANGE, NAMED_BY_THE_BROKER),
        read=_any_of(EXCHANGE, NAMED_BY_THE_BROKER, *dead),
        types_read=ANYTHING,
        tags=("monitoring",),
    )


USERS = (*(_service(name) for name in SERVICES), *_other_systems(), _subscriber(), _operator())
