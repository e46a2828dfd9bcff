"""A link that was mailed: whoever holds it has the user's mailbox. Good once, and not for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.aggregate import Aggregate


class Purpose(StrEnum):
    """What a link is good for."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password
    EMAIL_CONFIRMATION = "email_confirmation"


LIFETIME = {Purpose.PASSWORD_RESET: timedelta(hours=1), Purpose.EMAIL_CONFIRMATION: timedelta(days=7)}


@dataclass(eq=False, kw_only=True)
class MailedLink(Aggregate):
    """Of the link's token only a hash is known."""

    token_hash: str
    purpose: Purpose
    user_id: int
    #: The address that it was mailed to, as it is compared.
    email_key: str
    expires_at: datetime
    used_at: datetime | None = None

    def is_good(self, purpose: Purpose, now: datetime) -> bool:
        """True if it can be used for this."""
        return self.purpose is purpose and self.used_at is None and now < self.expires_at


@dataclass(frozen=True)
class DueMail:
    """A mail that is to be sent now, and how often that was tried before."""

    position: int
    purpose: Purpose
    email: str
    attempts: int
