"""A client wants the tokens that a user has allowed it to have."""

from user_service.domain.authorization_code import AuthorizationCode
from user_service.domain.errors import NoOpenSignIn
from user_service.domain.random_secret import hash_of
from user_service.use_cases.ports import UnitOfWork


def find_code(code: str, client_id: str, unit_of_work: UnitOfWork) -> AuthorizationCode:
    """The code, good for this client. NoOpenSignIn where it is not.

    Whoever presents a code that was spent before ends what it was spent for: that is to be committed also where this
    raises (RFC 6749, 4.1.2).
    """
    found = unit_of_work.authorization_codes.find(hash_of(code))
    if found is None or found.client_id != client_id or found.expires_at <= unit_of_work.now:
        raise NoOpenSignIn("The code is not good, or not any more.")
    if found.sign_in_id is not None:
        sign_in = unit_of_work.sign_ins.find(found.sign_in_id)
        if sign_in is not None:
            sign_in.end(unit_of_work.now)
        raise NoOpenSignIn("The code was used before.")
    return found
