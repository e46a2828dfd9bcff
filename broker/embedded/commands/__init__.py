"""Every method that a client may send on an open channel, and what it does: one table."""

from collections.abc import Callable
from typing import Any

from broker.embedded.channel import Channel
from broker.embedded.commands import channels, consuming, exchanges, queues, refused, settling

COMMANDS: dict[str, Callable[[Channel, Any], None]] = {
    **channels.COMMANDS,
    **exchanges.COMMANDS,
    **queues.COMMANDS,
    **consuming.COMMANDS,
    **settling.COMMANDS,
    **refused.COMMANDS,
}
