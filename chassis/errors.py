"""What any use case may meet, whatever the service.

Transient            passes with time: try the whole unit of work again
├── StaleAggregate
├── Conflict
├── Collision
└── StoreUnavailable
"""


class Transient(Exception):
    """It may work next time."""


class StaleAggregate(Transient):
    """Somebody else changed the aggregate since it was read."""


class Conflict(Transient):
    """Somebody else stored the same thing at the same time."""


class Collision(Transient):
    """Two transactions got in each other's way, and the database gave this one up."""


class StoreUnavailable(Transient):
    """The database does not answer, or not in time."""
