"""A mail with a link is due."""

from user_service.domain.mailed_link import LIFETIME, MailedLink, Purpose
from user_service.domain.random_secret import hash_of, new_secret
from user_service.use_cases.ports import UnitOfWork


def make_link(purpose: Purpose, email: str, unit_of_work: UnitOfWork) -> tuple[str, str] | None:
    """Whom to mail, and the token of a new link; None if nobody who takes part has this address (any more)."""
    user = unit_of_work.users.with_email(email)
    if user is None or not user.is_active or (purpose is Purpose.EMAIL_CONFIRMATION and user.email_confirmed):
        return None
    secret = new_secret()
    unit_of_work.mailed_links.add(
        MailedLink(
            token_hash=hash_of(secret),
            purpose=purpose,
            user_id=user.id,
            email_key=user.email_key,
            expires_at=unit_of_work.now + LIFETIME[purpose],
        )
    )
    return user.email, secret
