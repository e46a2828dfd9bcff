"""What is personal of a user goes."""

from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def erase_user(user_id: int, unit_of_work: UnitOfWork) -> None:
    """Drop what is personal of a user who has left, and tell everybody to; ids and amounts stay.

    UserNotFound; UserIsActive if the user takes part. A second time has no effect.
    """
    user = known_user(user_id, unit_of_work)
    user.erase(unit_of_work.now)
    unit_of_work.redact_answers(user_id, {"name": user.name, "email": user.email})
    unit_of_work.sign_ins.forget_all_of(user_id)
