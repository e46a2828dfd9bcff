"""Who calls, as an access token says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Caller:
    """A user, or a client of another system."""

    subject: str
    #: None for a client.
    user_id: int | None
    client_id: str
    scopes: frozenset[str]
    issued_at: datetime
    token_id: str
    #: Of which sign-in the token is, where it is of one.
    sign_in_id: str | None
