"""A message as it goes to the broker."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pika

PERSISTENT = 2


@dataclass(frozen=True, kw_only=True)
class Message:
    """Bytes with an address. ``exchange`` "" addresses a queue by its name."""

    exchange: str
    routing_key: str
    body: bytes
    #: Also finds a message again that the broker returned as unroutable: never empty, unlike in AMQP.
    message_id: str
    #: Ask the broker to hand the message back if it reaches no queue.
    mandatory: bool
    type: str | None = None
    app_id: str | None = None
    content_type: str | None = None
    time: datetime | None = None
    headers: dict[str, Any] = field(default_factory=dict)

    def properties(self) -> pika.BasicProperties:
        """The AMQP properties; every message of ours is persistent."""
        return pika.BasicProperties(
            message_id=self.message_id,
            type=self.type,
            app_id=self.app_id,
            content_type=self.content_type,
            timestamp=int(self.time.timestamp()) if self.time else None,
            headers=self.headers or None,
            delivery_mode=PERSISTENT,
        )
