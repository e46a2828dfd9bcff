"""What goes wrong between a client and the embedded broker, and how far the damage reaches."""

#: The words that AMQP 0-9-1 gives to its reply codes; RabbitMQ puts them before each reply text.
REPLY_WORDS = {
    320: "CONNECTION_FORCED",
    403: "ACCESS_REFUSED",
    404: "NOT_FOUND",
    405: "RESOURCE_LOCKED",
    406: "PRECONDITION_FAILED",
    501: "FRAME_ERROR",
    502: "SYNTAX_ERROR",
    503: "COMMAND_INVALID",
    504: "CHANNEL_ERROR",
    505: "UNEXPECTED_FRAME",
    530: "NOT_ALLOWED",
    540: "NOT_IMPLEMENTED",
    541: "INTERNAL_ERROR",
}


class EmbeddedBrokerError(Exception):
    """Anything this broker can say went wrong."""


class Refused(EmbeddedBrokerError):
    """The client asked for what it can't have, and is told so with an AMQP reply code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{REPLY_WORDS[code]} - {text}")
        self.code = code

    @property
    def reply_text(self) -> str:
        """The text for the wire, where it may have 255 bytes."""
        return str(self).encode()[:255].decode(errors="ignore")


class ChannelRefused(Refused):
    """The channel is closed; the connection's other channels go on."""


class ConnectionRefused(Refused):
    """The whole connection is closed."""


class NotImplementedHere(ConnectionRefused):
    """The embedded broker doesn't do this, and says so instead of ignoring it."""

    def __init__(self, text: str) -> None:
        super().__init__(540, text)


class NotLoopback(EmbeddedBrokerError, ValueError):
    """The address can be reached from outside; this broker serves its own machine alone."""


class FileInUse(EmbeddedBrokerError, OSError):
    """Another broker holds the file; two never share one."""


class StoreFailed(EmbeddedBrokerError):
    """The file could not be read or written; the broker stops rather than promise what it can't keep."""
