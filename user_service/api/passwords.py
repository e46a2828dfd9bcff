"""Passwords by argon2id: nobody can read them, and a guess costs the guesser."""

import argon2

#: OWASP's least parameters for argon2id: 19 MiB, two passes, one lane.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Compared with where there is no account, so that the time tells nothing.
_NOBODY = _HASHER.hash("nobody has this password")


class Argon2Passwords:
    """The port ``Passwords`` by argon2id."""

    def hash(self, password: str) -> str:
        """What to store of a password; takes about a tenth of a second, on purpose."""
        return _HASHER.hash(password)

    def match(self, password_hash: str | None, password: str) -> bool:
        """True if this is the password; takes as long, and says no, where there is no hash, or an empty one."""
        try:
            return _HASHER.verify(password_hash or _NOBODY, password) and bool(password_hash)
        except argon2.exceptions.VerificationError:
            return False

    def is_outdated(self, password_hash: str) -> bool:
        """True if it would be hashed with more effort today."""
        return _HASHER.check_needs_rehash(password_hash)
