"""An exchange: what is bound to it, and whose queue a routing key leads to."""

from dataclasses import dataclass, field

from broker.embedded.topic import topic_matches, words

TYPES = ("direct", "fanout", "topic")
#: Routes remembered per exchange; keys with ids in them must not fill the memory.
ROUTES_REMEMBERED = 10_000


@dataclass(eq=False)
class Exchange:
    """Routes by its type; the default exchange is none of these, it leads to the queue of the key's name."""

    name: str
    type: str
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    bindings: dict[tuple[str, str], None] = field(default_factory=dict)
    _routes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def bind(self, queue: str, key: str) -> None:
        """Lead messages with this key (or pattern) to the queue; twice is once."""
        self.bindings[queue, key] = None
        self._routes.clear()

    def unbind(self, queue: str, key: str) -> None:
        """Take one binding away, if it is there."""
        self.bindings.pop((queue, key), None)
        self._routes.clear()

    def forget(self, queue: str) -> list[tuple[str, str]]:
        """Take every binding of a queue away; returns them."""
        gone = [binding for binding in self.bindings if binding[0] == queue]
        for _, key in gone:
            self.unbind(queue, key)
        return gone

    def route(self, routing_key: str) -> tuple[str, ...]:
        """The names of the queues that a message with this key belongs in, each once."""
        found = self._routes.get(routing_key)
        if found is None:
            found = tuple(dict.fromkeys(queue for queue, key in self.bindings if self._fits(key, routing_key)))
            if len(self._routes) >= ROUTES_REMEMBERED:
                self._routes.clear()
            self._routes[routing_key] = found
        return found

    def _fits(self, key: str, routing_key: str) -> bool:
        if self.type == "topic":
            return topic_matches(words(key), words(routing_key))
        return self.type == "fanout" or key == routing_key
