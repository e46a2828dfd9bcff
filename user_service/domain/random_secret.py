"""Secrets that we hand out once and know again only by their hash: refresh tokens, codes, links."""

import secrets
from hashlib import sha256

BYTES = 32


def new_secret() -> str:
    """A text that nobody can guess, good in an address."""
    return secrets.token_urlsafe(BYTES)


def hash_of(secret: str) -> str:
    """What is stored of it. Nobody tries 2^256 values: a fast hash is enough."""
    return sha256(secret.encode(errors="replace")).hexdigest()
