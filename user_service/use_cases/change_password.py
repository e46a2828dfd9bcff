"""A user gets another password."""

from user_service.domain.errors import PasswordChanged
from user_service.domain.mailed_link import Purpose
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def change_password(user_id: int, seen_hash: str, new_hash: str, unit_of_work: UnitOfWork) -> None:
    """Set the password of a user who has shown the one that was stored as ``seen_hash``; its tokens and links end.

    PasswordChanged if it is another one by now; UserNotFound, UserIsDeactivated.
    """
    user = known_user(user_id, unit_of_work)
    if user.password_hash != seen_hash:
        raise PasswordChanged("The password was changed meanwhile.")
    user.change_password(new_hash, unit_of_work.now)
    unit_of_work.sign_ins.end_all_of(user_id, unit_of_work.now)
    unit_of_work.mailed_links.use_all(user_id, Purpose.PASSWORD_RESET, unit_of_work.now)
