"""A queue: messages in order, and the consumers that take turns to get them."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from broker.embedded.arguments import QueueOptions
from broker.embedded.clock import now_milliseconds
from broker.embedded.dead_lettering import DELIVERY_LIMIT, EXPIRED, MAXLEN
from broker.embedded.message import Content, Message
from broker.embedded.store import Store

#: Messages that die in one go before others get their turn.
AT_ONCE = 500
#: Seconds until a dead letter that nobody would take is offered again.
OFFER_AGAIN_SECONDS = 1.0


class Taker(Protocol):
    """A consumer, as its queue sees it."""

    exclusive: bool

    def ready(self) -> bool:
        """True if one more message may be given now."""

    def take(self, message: Message) -> None:
        """Get this message."""

    def queue_deleted(self) -> None:
        """Learn that there will be no more."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What was declared."""

    id: int
    name: str
    durable: bool
    auto_delete: bool
    arguments: dict[str, Any]
    options: QueueOptions
    #: The connection that alone may use it, if it is exclusive.
    owner: object | None = None


class Queue:
    """First in, first out; what is given back goes to its old place."""

    def __init__(self, definition: Definition, store: Store, bury: Callable[["Queue", Message, str], bool]) -> None:
        self.definition = definition
        self.name, self.options = definition.name, definition.options
        self.consumers: deque[Taker] = deque()
        self._store, self._bury = store, bury
        self._ready: deque[Message] = deque()
        self._returned: list[Message] = []
        self._unwanted: deque[tuple[Message, str]] = deque()
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: int | None = None
        self._offering: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many messages wait to be delivered."""
        return len(self._ready) + len(self._returned)

    @property
    def full(self) -> bool:
        """True if it takes no more: its publishers are told so."""
        limit = self.options.max_length
        return self.options.reject_publish and limit is not None and self.waiting >= limit

    def publish(self, content: Content, expiration: int | None, *, persistent: bool) -> None:
        """Put a message at the end, and give it to a consumer if one waits."""
        durable = self.definition.durable and (persistent or self.options.quorum)
        lifetimes = [each for each in (expiration, self.options.message_ttl) if each is not None]
        expires_at = now_milliseconds() + min(lifetimes) if lifetimes else None
        self._ready.append(self._store.add(self.definition.id, content, expires_at, durable=durable))
        self.pump()
        self._drop_from_the_head()

    def restore(self, message: Message) -> None:
        """Put back what was found in the file."""
        self._ready.append(message)

    def wake(self) -> None:
        """Begin to work once every queue is restored: what had its last delivery is dead, what expired too."""
        restored, self._ready = self._ready, deque()
        for message in restored:
            if self._delivered_too_often(message):
                self._dispose(message, DELIVERY_LIMIT)
            else:
                self._ready.append(message)
        self._watch_the_head()

    def pump(self) -> None:
        """Give messages to consumers until there are no more of the one or the other."""
        while (self._ready or self._returned) and (consumer := self._next_consumer()) is not None:
            message = self.get()
            if message is None:
                break
            consumer.take(message)
        self._watch_the_head()

    def get(self) -> Message | None:
        """The next message that is still alive, now held by the caller; None if there is none."""
        self._expire()
        head = self._head()
        if head is None or head.expired(now_milliseconds()):
            return None
        return self._pop()

    def settle(self, message: Message) -> None:
        """Forget a message that its consumer is done with."""
        self._store.remove(message)

    def give_back(self, messages: Iterable[Message]) -> None:
        """Take back what a consumer couldn't handle, each to its old place, unless that was its last try."""
        for message in messages:
            if self._closed:
                self._store.remove(message)
            elif self._delivered_too_often(message):
                self._dispose(message, DELIVERY_LIMIT)
            else:
                heapq.heappush(self._returned, message)
        self._drop_from_the_head()
        self.pump()

    def reject(self, message: Message, reason: str) -> None:
        """Move a message on to where its dead letters go."""
        if self._closed:
            self._store.remove(message)
        else:
            self._dispose(message, reason)

    def purge(self) -> int:
        """Forget everything that waits; returns how many that was."""
        gone = [*self._ready, *self._returned]
        self._ready.clear()
        self._returned.clear()
        for message in gone:
            self._store.remove(message)
        return len(gone)

    def close(self) -> None:
        """Forget everything and tell the consumers."""
        self._closed = True
        self.purge()
        for message, _ in self._unwanted:
            self._store.remove(message)
        self._unwanted.clear()
        consumers, self.consumers = self.consumers, deque()
        for consumer in consumers:
            consumer.queue_deleted()
        if self._timer is not None:
            self._timer.cancel()

    def _next_consumer(self) -> Taker | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.ready():
                return consumer
        return None

    def _head(self) -> Message | None:
        if self._returned and not (self._ready and self._ready[0] < self._returned[0]):
            return self._returned[0]
        return self._ready[0] if self._ready else None

    def _pop(self) -> Message:
        if self._returned and not (self._ready and self._ready[0] < self._returned[0]):
            return heapq.heappop(self._returned)
        return self._ready.popleft()

    def _delivered_too_often(self, message: Message) -> bool:
        limit = self.options.delivery_limit
        return limit is not None and message.deliveries > limit

    def _drop_from_the_head(self) -> None:
        limit = self.options.max_length
        if limit is None or self.options.reject_publish:
            return
        while self.waiting > limit:
            self._dispose(self._pop(), MAXLEN)

    def _expire(self) -> None:
        now = now_milliseconds()
        for _ in range(AT_ONCE):
            head = self._head()
            if head is None or not head.expired(now):
                return
            self._dispose(self._pop(), EXPIRED)

    def _dispose(self, message: Message, reason: str) -> None:
        if not self._bury(self, message, reason):
            self._unwanted.append((message, reason))
            self._offer_later()

    def _offer_later(self) -> None:
        if self._unwanted and self._offering is None:
            self._offering = asyncio.get_running_loop().call_later(OFFER_AGAIN_SECONDS, self._offer_again)

    def _offer_again(self) -> None:
        self._offering = None
        for _ in range(min(AT_ONCE, len(self._unwanted))):
            message, reason = self._unwanted.popleft()
            if not self._bury(self, message, reason):
                self._unwanted.append((message, reason))
        self._offer_later()

    def _watch_the_head(self) -> None:
        head = self._head()
        if head is None or head.expires_at is None:
            return
        if self._timer is not None and (self._timer_at or 0) <= head.expires_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = head.expires_at
        delay = max(0, head.expires_at + 1 - now_milliseconds()) / 1000
        self._timer = asyncio.get_running_loop().call_later(delay, self._head_expired)

    def _head_expired(self) -> None:
        self._timer = None
        self._expire()
        self._watch_the_head()
