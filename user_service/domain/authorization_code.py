"""An authorization code: a user has allowed a client to have tokens (RFC 6749, 4.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from events.aggregate import Aggregate
from user_service.domain.user import User

LIFETIME = timedelta(minutes=1)


@dataclass(eq=False, kw_only=True)
class AuthorizationCode(Aggregate):
    """Good once, soon, for the client that asked, with the verifier of its challenge (RFC 7636)."""

    code_hash: str
    client_id: str
    user_id: int
    redirect_uri: str
    scope: str
    code_challenge: str
    expires_at: datetime
    #: The sign-in that it was spent for.
    sign_in_id: UUID | None = None

    def is_good_for(self, user: User) -> bool:
        """False for a user who has left, or has ended all tokens since the code was given."""
        given_at, ended = self.expires_at - LIFETIME, user.tokens_issued_before
        return user.is_active and (ended is None or given_at >= ended)
