"""Somebody signs in."""

from user_service.domain.errors import WrongCredentials
from user_service.domain.user import User
from user_service.use_cases.ports import Passwords, UnitOfWork


def sign_in(email: str, password: str, passwords: Passwords, unit_of_work: UnitOfWork) -> User:
    """The user with these credentials; WrongCredentials, told and timed alike, whichever half is wrong."""
    user = unit_of_work.users.with_email(email)
    matches = passwords.match(user.password_hash if user else None, password)
    if user is None or not matches or not user.is_active:
        raise WrongCredentials("Email and password don't belong together.")
    return user
