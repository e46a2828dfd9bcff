"""``/users/<id>/export``: all that is kept on a user, for the user."""

from datetime import datetime
from typing import Any

from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.permissions import requires
from events.fields import user_id as user_id_field
from user_service.api.schemas import ExportView
from user_service.api.transactions import transactions
from user_service.domain.reservation import Reservation
from user_service.use_cases.known_user import known_user
from user_service.use_cases.ports import UnitOfWork

PAGE = 1000
blueprint = Blueprint(
    "export",
    __name__,
    description="What is kept on a user",
    parts={"user_id": PathPart(user_id_field(), none="There is no such user.")},
)


@blueprint.get("/users/<int:user_id>/export")
@requires(owner="user_id")
@blueprint.response(200, ExportView, description="All of it, but for what is kept as a hash alone.")
def export_user(user_id: int) -> dict[str, Any]:
    """Take along what is kept on oneself."""
    with transactions.reading() as unit_of_work:
        user = known_user(user_id, unit_of_work)
        exported_at: datetime = unit_of_work.now
        return {
            "exported_at": exported_at,
            "user": user,
            "tokens_issued_before": user.tokens_issued_before,
            "reservations": list(_reservations(user_id, unit_of_work)),
            "sign_ins": unit_of_work.sign_ins.of_user(user_id),
        }


def _reservations(user_id: int, unit_of_work: UnitOfWork) -> list[Reservation]:
    found: list[Reservation] = []
    while True:
        before = found[-1].order_id if found else None
        page = unit_of_work.reservations.of_user(user_id, before=before, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found
