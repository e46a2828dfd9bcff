"""A message in a queue: a small stub that stays in memory, and its content, which may be on disk alone."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Content:
    """What was published: properties and body byte for byte, and the address they were sent to."""

    exchange: str
    routing_key: str
    properties: bytes
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that keeping it in memory costs, roughly."""
        return len(self.properties) + len(self.body)


@dataclass(slots=True, eq=False)
class Message:
    """One message in one queue; ids only grow, so they are also its place in the queue."""

    id: int
    expires_at: int | None
    durable: bool
    content: Content | None
    deliveries: int = 0

    def __lt__(self, other: "Message") -> bool:
        return self.id < other.id

    def expired(self, now: int) -> bool:
        """True once its time to live is over; both in milliseconds since the epoch."""
        return self.expires_at is not None and self.expires_at < now
