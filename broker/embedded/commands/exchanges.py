"""Methods about exchanges."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.channel import Channel
from broker.embedded.definitions import declare_exchange, delete_exchange
from broker.embedded.errors import NotImplementedHere
from broker.embedded.exchange import Exchange


def declare(channel: Channel, method: Any) -> None:
    """Make an exchange, or ask whether it is there."""
    if method.passive:
        channel.broker.exchange(method.exchange)
    else:
        declare_exchange(channel.broker, _wanted(method))
    if not method.nowait:
        channel.send(spec.Exchange.DeclareOk())


def delete(channel: Channel, method: Any) -> None:
    """Delete an exchange."""
    delete_exchange(channel.broker, method.exchange, if_unused=method.if_unused)
    if not method.nowait:
        channel.send(spec.Exchange.DeleteOk())


def _wanted(method: Any) -> Exchange:
    for name in method.arguments or {}:
        raise NotImplementedHere(f"argument '{name}' of exchange '{method.exchange}'")
    return Exchange(
        method.exchange,
        method.type,
        durable=method.durable,
        auto_delete=method.auto_delete,
        internal=method.internal,
    )


COMMANDS = {"Exchange.Declare": declare, "Exchange.Delete": delete}
