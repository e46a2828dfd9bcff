"""Somebody signs up."""

from user_service.domain.errors import EmailTaken
from user_service.domain.mailed_link import Purpose
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork


def register_user(
    *,
    name: str,
    email: str,
    password_hash: str,
    credit_limit_cents: int,
    roles: tuple[str, ...] = ("customer",),
    unit_of_work: UnitOfWork,
) -> User:
    """Store a new user and tell of it; EmailTaken if the email is known, in whatever case."""
    if unit_of_work.users.with_email(email) is not None:
        raise EmailTaken("Somebody has signed up with this email.")
    now = unit_of_work.now
    user = User(
        name=name,
        email=email,
        password_hash=password_hash,
        credit_limit_cents=credit_limit_cents,
        roles=list(roles),
        created_at=now,
        updated_at=now,
        limit_set_at=now,
    )
    unit_of_work.users.add(user)
    user.tell_registered()
    unit_of_work.mails.ask(Purpose.EMAIL_CONFIRMATION, user.email, now)
    return user
