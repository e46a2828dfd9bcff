"""Somebody follows a link that was mailed."""

from user_service.domain.errors import LinkNotGood
from user_service.domain.mailed_link import Purpose
from user_service.domain.random_secret import hash_of
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork


def reset_password(token: str, password_hash: str, unit_of_work: UnitOfWork) -> None:
    """Set the password of the user whose link this is, and end all its tokens. LinkNotGood."""
    user = _user_of(token, Purpose.PASSWORD_RESET, unit_of_work)
    user.change_password(password_hash, unit_of_work.now)
    # Who got the mail has shown that the address is theirs.
    user.confirm_email(unit_of_work.now)
    unit_of_work.sign_ins.end_all_of(user.id, unit_of_work.now)


def confirm_email(token: str, unit_of_work: UnitOfWork) -> None:
    """Know that the address is the user's whose link this is. LinkNotGood."""
    _user_of(token, Purpose.EMAIL_CONFIRMATION, unit_of_work).confirm_email(unit_of_work.now)


def _user_of(token: str, purpose: Purpose, unit_of_work: UnitOfWork) -> User:
    link = unit_of_work.mailed_links.find(hash_of(token))
    user = None if link is None else unit_of_work.users.find(link.user_id)
    if link is None or user is None or not link.is_good(purpose, unit_of_work.now):
        raise LinkNotGood("The link is not good, or not any more.")
    if not user.is_active or user.email_key != link.email_key:
        raise LinkNotGood("The link is not good any more.")
    unit_of_work.mailed_links.use_all(user.id, purpose, unit_of_work.now)
    return user
