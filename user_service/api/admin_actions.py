"""Writing down what is done to somebody else's account."""

from chassis.api.permissions import signed_in
from user_service.use_cases.ports import UnitOfWork


def note_action(action: str, user_id: int, unit_of_work: UnitOfWork) -> None:
    """Write it down, in the transaction of what was done, unless the caller did it to its own account."""
    caller = signed_in()
    if caller.user_id != user_id:
        actor = f"client {caller.subject}" if caller.user_id is None else f"user {caller.subject}"
        unit_of_work.admin_actions.note(unit_of_work.now, actor, action, f"user {user_id}")
