"""A user gets other roles."""

from collections.abc import Collection

from user_service.domain.roles import Role
from user_service.domain.user import User
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def set_roles(user_id: int, roles: Collection[Role], unit_of_work: UnitOfWork) -> User:
    """Set the user's roles; tokens that tell of others end. UserNotFound, UserIsDeactivated."""
    user = known_user(user_id, unit_of_work)
    before = user.tokens_issued_before
    user.set_roles(roles, unit_of_work.now)
    if user.tokens_issued_before != before:
        unit_of_work.sign_ins.end_all_of(user_id, unit_of_work.now)
    return user
