"""What every event is: a fact that crossed a service boundary, told in the past tense."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. Its ``type`` is its name on the wire and its routing key."""

    type: ClassVar[str]
    #: The field that names what the event is about.
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the event is about, as text: events of one subject are counted and kept in order."""
        return str(getattr(self, self.subject_field))
