"""What AMQP 0-9-1 has and this broker has not: refused by name, never ignored."""

from typing import Any

from broker.embedded.channel import Channel
from broker.embedded.errors import NotImplementedHere


def refuse(_: Channel, method: Any) -> None:
    """Close the connection with 540."""
    raise NotImplementedHere(method.NAME)


COMMANDS = dict.fromkeys(
    ("Access.Request", "Exchange.Bind", "Exchange.Unbind", "Tx.Select", "Tx.Commit", "Tx.Rollback"), refuse
)
