"""Somebody signs in."""

from dataclasses import dataclass
from datetime import timedelta

from uuid_utils.compat import uuid7

from user_service.domain.errors import WrongCredentials
from user_service.domain.random_secret import hash_of, new_secret
from user_service.domain.sign_in import RefreshToken, SignIn
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork


@dataclass(frozen=True)
class Known:
    """What was stored of a user when its password was checked."""

    user_id: int
    password_hash: str


def find_user(email: str, unit_of_work: UnitOfWork) -> Known | None:
    """Whose password is to be checked; None if nobody who takes part has this email."""
    user = unit_of_work.users.with_email(email)
    return None if user is None or not user.is_active else Known(user.id, user.password_hash)


def let_in(known: Known, new_hash: str | None, unit_of_work: UnitOfWork) -> User:
    """The user whose password was right, which from now on is kept as ``new_hash`` if there is one.

    WrongCredentials if the user has left, or has changed the password meanwhile.
    """
    user = unit_of_work.users.find(known.user_id)
    if user is None or not user.is_active or user.password_hash != known.password_hash:
        raise WrongCredentials("Email and password don't belong together.")
    user.password_hash = new_hash or user.password_hash
    return user


def open_sign_in(
    user: User, client_id: str, scope: str, lifetime: timedelta, unit_of_work: UnitOfWork
) -> tuple[SignIn, str]:
    """Begin a family of tokens; also its first refresh token, which is told this once."""
    now = unit_of_work.now
    sign_in = SignIn(
        id=uuid7(), user_id=user.id, client_id=client_id, scope=scope, created_at=now, expires_at=now + lifetime
    )
    unit_of_work.sign_ins.add(sign_in)
    return sign_in, next_refresh_token(sign_in, unit_of_work)


def next_refresh_token(sign_in: SignIn, unit_of_work: UnitOfWork) -> str:
    """A new refresh token of this sign-in, which is told this once."""
    secret = new_secret()
    token = RefreshToken(token_hash=hash_of(secret), sign_in_id=sign_in.id, expires_at=sign_in.expires_at)
    unit_of_work.refresh_tokens.add(token)
    return secret
