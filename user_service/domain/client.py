"""A client: a program that gets tokens, for users who sign in through it, or for itself."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.aggregate import Aggregate
from user_service.domain.random_secret import hash_of


@dataclass(eq=False, kw_only=True)
class Client(Aggregate):
    """A registered program. With addresses to come back to it is public, and acts for users; else it has a secret."""

    id: str
    secret_hash: str | None
    redirect_uris: list[str]
    #: What it may ask for, parted by blanks.
    scope: str
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """True if it can keep no secret, and so has none."""
        return self.secret_hash is None

    def knows(self, secret: str) -> bool:
        """True if this is the client's secret."""
        return self.secret_hash is not None and hmac.compare_digest(self.secret_hash, hash_of(secret))

    def allowed(self, asked: Iterable[str]) -> str:
        """What it may have of what it asks for; all that it may have, where it asks for nothing."""
        may_have = self.scope.split()
        wanted = set(asked) or set(may_have)
        return " ".join(sorted(wanted.intersection(may_have)))
