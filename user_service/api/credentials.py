"""Checking who somebody is, by email and password."""

from user_service.api.passwords import Argon2Passwords
from user_service.api.schemas import is_encodable
from user_service.api.transactions import transactions
from user_service.domain.errors import WrongCredentials
from user_service.use_cases.sign_in import Known, find_user

PASSWORDS = Argon2Passwords()
WRONG = "Email and password don't belong together."


def check_credentials(email: str, password: str) -> tuple[Known, str | None]:
    """Whose password this is, and how to keep it from now on if it was hashed with less effort than today.

    WrongCredentials, told and timed alike, whichever half is wrong. No transaction is open while it is hashed.
    """
    if not is_encodable(email + password):
        raise WrongCredentials(WRONG)
    with transactions.reading() as unit_of_work:
        known = find_user(email, unit_of_work)
    if not PASSWORDS.match(known.password_hash if known else None, password) or known is None:
        raise WrongCredentials(WRONG)
    return known, PASSWORDS.hash(password) if PASSWORDS.is_outdated(known.password_hash) else None
