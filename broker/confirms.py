"""What became of published messages: nothing is taken for sent before the broker said so."""

import threading
from enum import Enum
from time import monotonic

from broker.message import Message


class Fate(Enum):
    """What became of a published message."""

    #: The broker has taken responsibility.
    CONFIRMED = "confirmed"
    #: No queue takes it, although it was mandatory.
    UNROUTABLE = "unroutable"
    #: The broker refused it.
    REFUSED = "refused"
    #: Nobody knows: the connection was lost, or the time was up. It may arrive all the same.
    UNKNOWN = "unknown"


class Confirms:
    """The fates of one batch, as they come in."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.handed_at = monotonic()
        self.fates = [Fate.UNKNOWN] * len(messages)
        self._returned: set[str] = set()
        self._missing = len(messages)
        self._complete = threading.Event()
        if not messages:
            self._complete.set()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until all fates are known or can't become known any more; False when the time is up."""
        return self._complete.wait(timeout_seconds)

    def returned(self, message_id: str | None) -> None:
        """The broker handed this message back; its confirm is still to come."""
        self._returned.add(message_id or "")

    def settle(self, index: int, fate: Fate) -> None:
        """Note one message's fate."""
        if fate is Fate.CONFIRMED and self.messages[index].message_id in self._returned:
            fate = Fate.UNROUTABLE
        self.fates[index] = fate
        self._missing -= 1
        if not self._missing:
            self._complete.set()

    def abandon(self) -> None:
        """No more fates will come."""
        self._complete.set()
