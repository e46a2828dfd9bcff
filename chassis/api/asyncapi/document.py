"""The events of one service or of all, as an AsyncAPI 3.0 document, made of the catalogue and the topology."""

from collections.abc import Iterator, Sequence
from typing import Any

from broker.topology import EXCHANGE, Queue, dead_queue, queues
from chassis.api.asyncapi import words
from chassis.api.asyncapi.messages import BINARY, binary_message, message, schema
from events.catalogue import CATALOGUE, SERVICES, VERSION, Entry, entries_for
from events.envelope import STRUCTURED

Told = dict[str, Any]
BINDING = "0.3.0"
OTHERS = "other systems"


def document(services: Sequence[str] = SERVICES) -> Told:
    """What these services send and receive, each event in each of its versions."""
    entries = [entry for entry in CATALOGUE if {entry.sender, *entry.listeners} & set(services)]
    typed = [(entry, event_type) for entry in entries for event_type in entry.types]
    return {
        "asyncapi": "3.0.0",
        "info": _info(services),
        "defaultContentType": STRUCTURED,
        "servers": _servers(),
        "channels": {**{each: _channel(entry, each) for entry, each in typed}, **_queues(services)},
        "operations": {name: told for service in services for name, told in _operations(service)},
        "components": {
            "messages": {name: told for entry, each in typed for name, told in _messages(entry, each)},
            "schemas": {each: schema(each) for _, each in typed},
            "securitySchemes": {
                "user": {
                    "type": "userPassword",
                    "description": "A user of the broker's, with the rights that it needs.",
                }
            },
        },
    }


def _info(services: Sequence[str]) -> Told:
    one = services[0] if len(services) == 1 else None
    intro = f"The events that {one} sends and receives." if one else "All events, who sends them and who listens."
    return {
        "title": f"{one}: events" if one else "event-services: events",
        "version": VERSION,
        "description": words.description(intro),
        "license": {"name": "MIT"},
    }


def _servers() -> Told:
    host = {"description": "Where the broker is; who runs the system knows.", "default": "127.0.0.1"}
    common = {"protocolVersion": "0.9.1", "variables": {"host": host}, "security": [_ref("securitySchemes", "user")]}
    return {
        "amqp": {"host": "{host}:5672", "protocol": "amqp", "description": "On the same machine.", **common},
        "amqps": {"host": "{host}:5671", "protocol": "amqps", "description": "Over a network, by TLS.", **common},
    }


def _channel(entry: Entry, event_type: str) -> Told:
    sender, listeners = entry.sender or OTHERS, ", ".join(entry.listeners)
    exchange = {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": event_type,
        "title": entry.event.__name__,
        "description": f"Sent by {sender}; {listeners or 'none of our services'} listens.",
        "messages": {name: _ref("messages", name) for name, _ in _messages(entry, event_type)},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": BINDING}},
        "x-sent-by": sender,
        "x-heard-by": list(entry.listeners),
        "x-is-sent": entry.sender is None or event_type in entry.told_types,
    }


def _messages(entry: Entry, event_type: str) -> Iterator[tuple[str, Told]]:
    yield event_type, message(entry, event_type)
    if entry.sender is None:
        yield f"{event_type}{BINARY}", binary_message(entry, event_type)


def _queues(services: Sequence[str]) -> Told:
    shown = {
        queue.name: (service, queue)
        for service in services
        for queue in queues(service)
        if queue.name in {service, dead_queue(service)}
    }
    return {f"queue.{name}": _queue(service, queue) for name, (service, queue) in shown.items()}


def _queue(service: str, queue: Queue) -> Told:
    told = words.of_queue(service) if queue.routing_keys else words.of_dead_queue(service)
    properties = {"name": queue.name, "durable": True, "exclusive": False, "autoDelete": False}
    return {
        "address": queue.name,
        "description": told,
        "messages": {each: _ref("messages", each) for each in queue.routing_keys},
        "bindings": {"amqp": {"is": "queue", "queue": properties, "bindingVersion": BINDING}},
        "x-arguments": queue.arguments,
    }


def _operations(service: str) -> Iterator[tuple[str, Told]]:
    for entry in CATALOGUE:
        for event_type in entry.told_types if entry.sender == service else ():
            more = {"deliveryMode": 2, "mandatory": bool(entry.listeners), "timestamp": True}
            yield f"{service}.send.{event_type}", _operation(service, "send", entry, event_type, more)
    for entry in entries_for(service):
        for event_type in entry.types:
            yield f"{service}.receive.{event_type}", _operation(service, "receive", entry, event_type, {"ack": True})


def _operation(service: str, action: str, entry: Entry, event_type: str, binding: Told) -> Told:
    channel = f"#/channels/{event_type}"
    verb = "sends" if action == "send" else "receives"
    return {
        "action": action,
        "title": f"{service} {verb} {entry.event.__name__}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name, _ in _messages(entry, event_type)],
        "tags": [{"name": service}],
        "bindings": {"amqp": {**binding, "bindingVersion": BINDING}},
    }


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
