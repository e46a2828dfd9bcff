"""Whom a request or an event is about."""

from user_service.domain.errors import UserNotFound
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork


def known_user(user_id: int, unit_of_work: UnitOfWork) -> User:
    """The user with this id; UserNotFound if there is none."""
    user = unit_of_work.users.find(user_id)
    if user is None:
        raise UserNotFound(f"There is no user {user_id}.")
    return user
