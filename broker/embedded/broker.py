"""The broker itself: its exchanges and queues, and the way of a message between them."""

from dataclasses import replace
from datetime import UTC, datetime

from broker.embedded.arguments import read_arguments
from broker.embedded.dead_lettering import dead_letter, is_automatic_cycle
from broker.embedded.errors import ChannelRefused
from broker.embedded.exchange import Exchange
from broker.embedded.message import Content, Message
from broker.embedded.properties import read_properties
from broker.embedded.queue import Definition, Queue
from broker.embedded.store import Store

#: Exchanges that are there without being declared; "" leads to the queue named by the routing key.
PREDECLARED = {"": "direct", "amq.direct": "direct", "amq.fanout": "fanout", "amq.topic": "topic"}


class Broker:
    """Holds all there is; what is durable of it is as it was after a restart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.exchanges = {name: Exchange(name, type_) for name, type_ in PREDECLARED.items()}
        self.queues: dict[str, Queue] = {}
        self.last_queue_id = 0

    def recover(self) -> None:
        """Take up everything durable that the file holds."""
        database = self.store.database
        for name, type_, auto_delete, internal in database.exchanges():
            self.exchanges[name] = Exchange(name, type_, auto_delete=auto_delete, internal=internal)
        for id_, name, auto_delete, arguments in database.queues():
            options = read_arguments(name, arguments)
            self.add_queue(Definition(id_, name, True, auto_delete, arguments, options))  # noqa: FBT003 as stored
        for exchange, queue, key in database.bindings():
            self.exchanges[exchange].bind(queue, key)
        self._recover_messages()

    def _recover_messages(self) -> None:
        by_id = {queue.definition.id: queue for queue in self.queues.values()}
        self.last_queue_id = max(by_id, default=0)
        last = 0
        for queue_id, message in self.store.database.messages():
            by_id[queue_id].restore(message)
            last = message.id
        self.store.start_ids_after(last)
        for queue in by_id.values():
            queue.wake()

    def add_queue(self, definition: Definition) -> Queue:
        """A queue that is open for business."""
        queue = Queue(definition, self.store, self.bury)
        self.queues[definition.name] = queue
        return queue

    def exchange(self, name: str) -> Exchange:
        """The exchange of this name; it is refused if there is none."""
        if name not in self.exchanges:
            raise ChannelRefused(404, f"no exchange '{name}' in vhost '/'")
        return self.exchanges[name]

    def route(self, exchange: str, routing_key: str) -> list[Queue]:
        """The queues that a message with this address belongs in."""
        if exchange == "":
            found = self.queues.get(routing_key)
            return [found] if found is not None else []
        return [self.queues[name] for name in self.exchange(exchange).route(routing_key)]

    def bury(self, queue: Queue, message: Message, reason: str) -> bool:
        """Move a dead message on, or drop it where nobody asked for it; both are one commit with its removal.

        False if it must be kept: the queue asked for at-least-once, and nobody takes it now.
        """
        exchange = queue.options.dead_letter_exchange
        if exchange is not None:
            content = self.store.content(message)
            key = queue.options.dead_letter_routing_key
            routing_key = content.routing_key if key is None else key
            targets = self.route(exchange, routing_key) if exchange in self.exchanges else []
            if queue.options.at_least_once and (not targets or any(target.full for target in targets)):
                return False
            dead = dead_letter(content, queue.name, reason, datetime.now(UTC))
            self._send_on(replace(dead, exchange=exchange, routing_key=routing_key), targets)
        self.store.remove(message)
        return True

    @staticmethod
    def _send_on(dead: Content, targets: list[Queue]) -> None:
        persistent = read_properties(dead.properties).persistent
        for target in targets:
            if not target.full and not is_automatic_cycle(dead, target.name):
                target.publish(dead, None, persistent=persistent)
