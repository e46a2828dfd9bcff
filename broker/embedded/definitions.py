"""Declaring and deleting: each is checked as RabbitMQ does, and on the disk when it is answered."""

import json
import secrets
from dataclasses import replace

from broker.embedded.broker import PREDECLARED, Broker
from broker.embedded.errors import ChannelRefused, ConnectionRefused, NotImplementedHere
from broker.embedded.exchange import TYPES, Exchange
from broker.embedded.queue import Definition, Queue


def declare_exchange(broker: Broker, wanted: Exchange) -> None:
    """Make the exchange if it isn't there; refuse if it is there and differs."""
    _refuse_default(wanted.name)
    if wanted.type == "headers":
        raise NotImplementedHere("headers exchanges")
    if wanted.type not in TYPES:
        raise ConnectionRefused(503, f"unknown exchange type '{wanted.type}'")
    current = broker.exchanges.get(wanted.name)
    if current is not None:
        _compare("exchange", wanted.name, _facts_of_exchange(current), _facts_of_exchange(wanted))
        return
    _refuse_reserved("exchange", wanted.name)
    broker.exchanges[wanted.name] = wanted
    if wanted.durable:
        row = (wanted.name, wanted.type, wanted.auto_delete, wanted.internal)
        broker.store.define("INSERT INTO exchange VALUES (?, ?, ?, ?)", *row)
        broker.store.commit()


def delete_exchange(broker: Broker, name: str, *, if_unused: bool) -> None:
    """Delete the exchange and its bindings; one that isn't there is deleted already."""
    _refuse_default(name)
    if name in PREDECLARED:
        raise ChannelRefused(403, f"deletion of system exchange '{name}' in vhost '/' not allowed")
    exchange = broker.exchanges.get(name)
    if exchange is None:
        return
    if if_unused and exchange.bindings:
        raise ChannelRefused(406, f"exchange '{name}' in vhost '/' in use")
    del broker.exchanges[name]
    if exchange.durable:
        broker.store.define("DELETE FROM binding WHERE exchange = ?", name)
        broker.store.define("DELETE FROM exchange WHERE name = ?", name)
        broker.store.commit()


def find_queue(broker: Broker, name: str, user: object) -> Queue:
    """The queue of this name, if this connection may use it."""
    queue = broker.queues.get(name)
    if queue is None:
        raise ChannelRefused(404, f"no queue '{name}' in vhost '/'")
    if queue.definition.owner not in {None, user}:
        raise locked(name)
    return queue


def locked(name: str) -> ChannelRefused:
    """The refusal for a queue that is another connection's alone."""
    return ChannelRefused(405, f"cannot obtain exclusive access to locked queue '{name}' in vhost '/'")


def declare_queue(broker: Broker, wanted: Definition) -> Queue:
    """Make the queue if it isn't there; refuse if it is there and differs."""
    current = broker.queues.get(wanted.name)
    if current is not None:
        _refuse_other_queue(current.definition, wanted)
        return current
    _refuse_reserved("queue", wanted.name)
    _refuse_unfit_for_quorum(wanted)
    name = wanted.name or f"amq.gen-{secrets.token_urlsafe(16)}"
    broker.last_queue_id += 1
    queue = broker.add_queue(replace(wanted, id=broker.last_queue_id, name=name))
    if wanted.durable:
        row = (queue.definition.id, name, wanted.auto_delete, json.dumps(wanted.arguments))
        broker.store.define("INSERT INTO queue VALUES (?, ?, ?, ?)", *row)
        broker.store.commit()
    return queue


def delete_queue(broker: Broker, queue: Queue) -> int:
    """Delete the queue, its messages and its bindings; returns how many messages waited in it."""
    del broker.queues[queue.name]
    waiting = queue.waiting
    for exchange in list(broker.exchanges.values()):
        if exchange.forget(queue.name):
            delete_if_unused(broker, exchange)
    queue.close()
    if queue.definition.durable:
        broker.store.define("DELETE FROM binding WHERE queue = ?", queue.name)
        broker.store.define("DELETE FROM queue WHERE id = ?", queue.definition.id)
        broker.store.commit()
    return waiting


def delete_queues_of(broker: Broker, owner: object) -> None:
    """Delete what was one connection's alone."""
    for queue in list(broker.queues.values()):
        if queue.definition.owner is owner:
            delete_queue(broker, queue)


def bind(broker: Broker, exchange: Exchange, queue: Queue, key: str) -> None:
    """Lead messages with this key from the exchange to the queue."""
    exchange.bind(queue.name, key)
    if exchange.durable and queue.definition.durable:
        broker.store.define("INSERT OR IGNORE INTO binding VALUES (?, ?, ?)", exchange.name, queue.name, key)
        broker.store.commit()


def unbind(broker: Broker, exchange: Exchange, queue: str, key: str) -> None:
    """Take the binding away, if it is there."""
    exchange.unbind(queue, key)
    row = (exchange.name, queue, key)
    broker.store.define("DELETE FROM binding WHERE exchange = ? AND queue = ? AND key = ?", *row)
    delete_if_unused(broker, exchange)
    broker.store.commit()


def delete_if_unused(broker: Broker, exchange: Exchange) -> None:
    """Delete an auto-delete exchange that has lost its last binding."""
    if exchange.auto_delete and not exchange.bindings:
        delete_exchange(broker, exchange.name, if_unused=True)


def _facts_of_exchange(exchange: Exchange) -> dict[str, object]:
    names = ("type", "durable", "auto_delete", "internal")
    return {name: getattr(exchange, name) for name in names}


def _refuse_other_queue(current: Definition, wanted: Definition) -> None:
    if current.owner is not wanted.owner:
        raise locked(wanted.name)
    _compare("queue", wanted.name, _facts_of_queue(current), _facts_of_queue(wanted))


def _facts_of_queue(queue: Definition) -> dict[str, object]:
    facts: dict[str, object] = {"durable": queue.durable, "auto_delete": queue.auto_delete}
    return facts | {"x-queue-type": "classic"} | queue.arguments


def _compare(kind: str, name: str, current: dict[str, object], wanted: dict[str, object]) -> None:
    for fact in current | wanted:
        if current.get(fact) != wanted.get(fact):
            raise ChannelRefused(
                406,
                f"inequivalent arg '{fact}' for {kind} '{name}' in vhost '/': "
                f"received '{_plain(wanted.get(fact))}' but current is '{_plain(current.get(fact))}'",
            )


def _plain(value: object) -> str:
    return "none" if value is None else str(value).lower()


def _refuse_unfit_for_quorum(wanted: Definition) -> None:
    unfit = {
        "non-durable": not wanted.durable,
        "exclusive-owner": wanted.owner is not None,
        "auto-delete": wanted.auto_delete,
    }
    for fact, is_so in unfit.items():
        if wanted.options.quorum and is_so:
            raise ChannelRefused(406, f"invalid property '{fact}' for queue '{wanted.name}' in vhost '/'")


def _refuse_default(exchange: str) -> None:
    if exchange == "":
        raise ChannelRefused(403, "operation not permitted on the default exchange")


def _refuse_reserved(kind: str, name: str) -> None:
    if name.startswith("amq."):
        raise ChannelRefused(403, f"{kind} name '{name}' contains reserved prefix 'amq.*'")
