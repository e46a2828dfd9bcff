"""What any use case may meet, whatever the service.

Transient            passes with time: try the whole unit of work again
├── StaleAggregate
├── Conflict
└── StoreUnavailable
"""


class Transient(Exception):
    """It may work next time."""


class StaleAggregate(Transient):
    """Somebody else changed the aggregate since it was read."""


class Conflict(Transient):
    """Somebody else stored or held the same thing at the same time."""


class StoreUnavailable(Transient):
    """The database does not answer, or not in time."""
