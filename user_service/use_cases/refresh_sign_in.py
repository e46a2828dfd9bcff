"""A client wants new tokens for a user who has signed in before."""

from datetime import timedelta

from user_service.domain.errors import NoOpenSignIn
from user_service.domain.random_secret import hash_of
from user_service.domain.sign_in import Presented, RefreshToken, SignIn
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork
from user_service.use_cases.sign_in import next_refresh_token


def refresh_sign_in(
    refresh_token: str, client_id: str, lifetime: timedelta, unit_of_work: UnitOfWork
) -> tuple[User, SignIn, str]:
    """Spend the token for the next one. NoOpenSignIn where there is nothing to go on with.

    Whoever presents a token that was spent before, and be it the right one, ends the sign-in for all: that is to be
    committed also where this raises.
    """
    user, sign_in, token = _found(hash_of(refresh_token), unit_of_work)
    now = unit_of_work.now
    if sign_in.client_id != client_id or not sign_in.is_open(now) or not user.is_active:
        raise NoOpenSignIn("The refresh token is not good, or not any more.")
    if token.spend(now) is Presented.REUSED:
        sign_in.end(now)
        raise NoOpenSignIn("The refresh token was used before.")
    sign_in.expires_at = now + lifetime
    return user, sign_in, next_refresh_token(sign_in, unit_of_work)


def _found(token_hash: str, unit_of_work: UnitOfWork) -> tuple[User, SignIn, RefreshToken]:
    # The user first, as wherever tokens begin or end: two who do so wait for each other here.
    user_id = unit_of_work.refresh_tokens.user_of(token_hash)
    user = None if user_id is None else unit_of_work.users.find(user_id)
    token = unit_of_work.refresh_tokens.find(token_hash)
    sign_in = None if token is None else unit_of_work.sign_ins.find(token.sign_in_id)
    if user is None or token is None or sign_in is None:
        raise NoOpenSignIn("The refresh token is not good.")
    return user, sign_in, token
