"""A sign-in: all tokens that follow from one time that a user has shown who it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from events.aggregate import Aggregate

#: Two tabs may refresh at the same moment: so long a token that is spent is taken once more.
GRACE = timedelta(seconds=10)


@dataclass(eq=False, kw_only=True)
class SignIn(Aggregate):
    """A family of tokens. Ended, it gives no new ones."""

    id: UUID
    user_id: int
    client_id: str
    #: Scopes that may be in its tokens, parted by blanks; the user's roles may allow less by now.
    scope: str
    created_at: datetime
    #: Moves on each time that it is used.
    expires_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """True as long as it gives new tokens."""
        return self.ended_at is None and now < self.expires_at

    def end(self, now: datetime) -> None:
        """Give no new tokens any more; a second time has no effect."""
        self.ended_at = self.ended_at or now


class Presented(Enum):
    """What a refresh token is when it is presented."""

    GOOD = auto()
    #: Spent longer ago than the grace: one of two who have it has stolen it.
    REUSED = auto()


@dataclass(eq=False, kw_only=True)
class RefreshToken(Aggregate):
    """Good for one refresh. Of the token itself only a hash is known."""

    token_hash: str
    sign_in_id: UUID
    expires_at: datetime
    spent_at: datetime | None = None

    def spend(self, now: datetime) -> Presented:
        """Use it up, and tell what it was."""
        if self.spent_at is None:
            self.spent_at = now
        return Presented.GOOD if now - self.spent_at <= GRACE else Presented.REUSED
