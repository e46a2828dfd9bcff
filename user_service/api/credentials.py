"""Checking who somebody is, by password. Who fails too often has to wait: per account and address, and per address.

An account is limited from one address only, so that nobody locks a stranger out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from flask import current_app

from chassis.api.addresses import client_address
from chassis.api.limits import limits
from user_service.api.passwords import Argon2Passwords
from user_service.api.schemas import is_encodable
from user_service.api.transactions import transactions
from user_service.domain.errors import WrongCredentials
from user_service.use_cases.sign_in import Known, find_user

PASSWORDS = Argon2Passwords()
WRONG = "Email and password don't belong together."


def check_credentials(email: str, password: str) -> tuple[Known, str | None]:
    """Whose password this is, and how to keep it from now on if it was hashed with less effort than today.

    WrongCredentials, told and timed alike, whichever half is wrong; 429 after too many of them. No transaction is
    open while it is hashed.
    """
    with failures_limited(email.lower()):
        if not is_encodable(email + password):
            raise WrongCredentials(WRONG)
        with transactions.reading() as unit_of_work:
            known = find_user(email, unit_of_work)
        if not PASSWORDS.match(known.password_hash if known else None, password) or known is None:
            raise WrongCredentials(WRONG)
    return known, PASSWORDS.hash(password) if PASSWORDS.is_outdated(known.password_hash) else None


def check_password(password_hash: str, password: str) -> None:
    """WrongCredentials if this is not the password."""
    if not PASSWORDS.match(password_hash, password):
        raise WrongCredentials(WRONG)


@contextmanager
def failures_limited(account: str) -> Iterator[None]:
    """Count each WrongCredentials that the block raises; 429 for who had too many of them."""
    settings = current_app.config["SETTINGS"]
    address = client_address(settings.trusted_proxies)
    digest = sha256(account.encode(errors="replace")).hexdigest()
    counted = (
        (settings.sign_in_limit_per_account, "account", address, digest),
        (settings.sign_in_limit_per_address, "address", address),
    )
    for limit, *key in counted:
        limits().check(limit, *key)
    try:
        yield
    except WrongCredentials:
        for limit, *key in counted:
            limits().count(limit, *key)
        raise
