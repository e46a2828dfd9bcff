"""Why a message is no event of ours.

    UnreadableEvent
    ├── NotJson
    ├── NotCloudEvent
    ├── UnknownType
    ├── ForgedSource
    └── InvalidData

None of them passes with time: a message that raises one is a dead letter at once.
"""


class UnreadableEvent(Exception):
    """The message can't be read as an event that we know."""


class NotJson(UnreadableEvent):
    """The body is no JSON in UTF-8."""


class NotCloudEvent(UnreadableEvent):
    """An attribute that CloudEvents or our contract wants is missing or wrong."""


class UnknownType(UnreadableEvent):
    """No event of this type is in the catalogue."""


class ForgedSource(UnreadableEvent):
    """The source may not send events of this type."""


class InvalidData(UnreadableEvent):
    """The data break the schema of the event's type."""
