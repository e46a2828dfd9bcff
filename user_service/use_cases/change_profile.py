"""A user gets another name or email."""

from user_service.domain.errors import EmailTaken
from user_service.domain.mailed_link import Purpose
from user_service.domain.user import User
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def change_profile(user_id: int, *, name: str | None, email: str | None, unit_of_work: UnitOfWork) -> User:
    """Change what is given; UserNotFound, UserIsDeactivated, or EmailTaken if the email is somebody else's."""
    user = known_user(user_id, unit_of_work)
    if email is not None and unit_of_work.users.with_email(email) not in {None, user}:
        raise EmailTaken("Somebody else has this email.")
    address = user.email_key
    user.change_profile(name=name or user.name, email=email or user.email, now=unit_of_work.now)
    if user.email_key != address:
        unit_of_work.mails.ask(Purpose.EMAIL_CONFIRMATION, user.email, unit_of_work.now)
    return user
