"""Notices a consumer that looks alive and gets nothing, although messages wait in its queue."""

from time import monotonic

import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

LOOK_SECONDS = 5.0
#: So many looks in a row have to find messages that wait, none in hand, and none that came.
LOOKS = 2
#: A channel that was idle for so long is made anew: the broker may have lost what it delivered there.
IDLE_SECONDS = 60.0


class ConsumerStuck(pika.exceptions.AMQPError):
    """Messages wait, and the broker gives us none: it must have forgotten our consumer."""


class Watchdog:
    """Watches over one queue's consumer; asks the broker only while nothing comes and nothing is in hand."""

    def __init__(self, queue_name: str) -> None:
        self._queue = queue_name
        self.reset()

    def reset(self) -> None:
        """Begin anew, with a new channel."""
        self._arrived = self._acked = self._seen = 0
        self._strikes = 0
        self._looked_at = self._busy_at = monotonic()

    def arrived(self, tag: int) -> None:
        """A delivery came."""
        self._arrived = tag

    def acked(self, tag: int) -> None:
        """This delivery and all before it are settled."""
        self._acked = tag

    def look(self, channel: BlockingChannel) -> None:
        """Look at the queue if it is time to; ConsumerStuck if messages wait there in vain."""
        if monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = monotonic()
        idle = self._arrived == self._seen == self._acked
        if not idle:
            self._busy_at = monotonic()
        self._seen = self._arrived
        waits = idle and channel.queue_declare(self._queue, passive=True).method.message_count > 0
        self._strikes = self._strikes + 1 if waits else 0
        if self._strikes >= LOOKS:
            raise ConsumerStuck(f"messages wait in {self._queue} and none arrives")

    @property
    def in_flight(self) -> int:
        """How many deliveries came, and are not settled yet."""
        return self._arrived - self._acked

    @property
    def was_idle_for_long(self) -> bool:
        """True if nothing came and nothing was in hand for so long that the channel is not to be trusted any more."""
        idle = self._arrived == self._seen == self._acked
        return idle and monotonic() - self._busy_at >= IDLE_SECONDS
