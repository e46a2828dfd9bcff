"""A user signs out, in one place."""

from uuid import UUID

from user_service.use_cases.ports import UnitOfWork


def sign_out(sign_in_id: UUID, unit_of_work: UnitOfWork) -> None:
    """End this sign-in, if there is such a one; the others of the user go on."""
    sign_in = unit_of_work.sign_ins.find(sign_in_id)
    if sign_in is not None:
        sign_in.end(unit_of_work.now)
