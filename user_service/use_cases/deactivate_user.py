"""A user leaves."""

from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork


def deactivate_user(user_id: int, unit_of_work: UnitOfWork) -> None:
    """Deactivate the user, for good; a second time has no effect. UserNotFound if there is none."""
    known_user(user_id, unit_of_work).deactivate(unit_of_work.now)
    unit_of_work.sign_ins.end_all_of(user_id, unit_of_work.now)
