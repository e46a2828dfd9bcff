"""A customer: our own copy of what user_service tells of a user."""

from dataclasses import dataclass
from datetime import datetime

from events.aggregate import Aggregate


@dataclass(eq=False, kw_only=True)
class Customer(Aggregate):
    """A projection. Events may come late and in any order: each piece remembers what last wrote it."""

    user_id: int
    name: str | None = None
    email: str | None = None
    #: The sequence of the event that last wrote name and email.
    profile_sequence: int = 0
    deactivated: bool = False
    erased: bool = False
    #: Tokens issued before this time are dead.
    tokens_issued_before: datetime | None = None

    def take_profile(self, name: str, email: str, sequence: int) -> None:
        """Take name and email, unless newer ones are known or all that is personal had to go."""
        if sequence > self.profile_sequence and not self.erased:
            self.name, self.email, self.profile_sequence = name, email, sequence

    def deactivate(self) -> None:
        """The user has left, for good."""
        self.deactivated = True

    def erase(self) -> None:
        """Drop what is personal, for good."""
        self.erased = self.deactivated = True
        self.name = self.email = None

    def revoke_tokens(self, issued_before: datetime) -> None:
        """Move the time forward, never back."""
        if self.tokens_issued_before is None or issued_before > self.tokens_issued_before:
            self.tokens_issued_before = issued_before
