"""Keys by which tokens are checked: where they come from, and what holds when that place is away."""

import json
import threading
import urllib.request
from http.client import HTTPException
from time import monotonic
from typing import Protocol

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

log = structlog.get_logger()

FRESH_SECONDS = 300.0
#: An unknown key id makes us ask again, but not more often: forged ones are no lever.
COOL_DOWN_SECONDS = 5.0
FETCH_SECONDS = 3.0
#: As long as no key was ever had: the pause between attempts, and how long others wait for the one that asks.
FIRST_PAUSE_SECONDS = 1.0
FIRST_KEYS_SECONDS = 0.5
MAX_JWKS_BYTES = 1 << 16


class KeysUnavailable(Exception):
    """No key was ever had from the issuer, and it does not answer now."""


class KeySource(Protocol):
    """Knows the issuer's public keys."""

    def find(self, key_id: str) -> ECKey | None:
        """The key with this id, or None; KeysUnavailable if none can be known."""
        ...


class RemoteKeys:
    """The keys at a JWKS address: cached, and kept while the issuer is away.

    One thread at a time asks the issuer. The others go on with what is kept: an issuer that hangs holds up nobody.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._asking = threading.Lock()
        self._keys: dict[str, ECKey] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")

    def find(self, key_id: str) -> ECKey | None:
        """The key with this id; asks the issuer when what we have is old or has no such key."""
        if self._should_ask(key_id) and self._asking.acquire(timeout=0 if self._keys else FIRST_KEYS_SECONDS):
            try:
                # Another thread may have asked while this one waited.
                if self._should_ask(key_id):
                    self._fetch()
            finally:
                self._asking.release()
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _should_ask(self, key_id: str) -> bool:
        now = monotonic()
        pause = COOL_DOWN_SECONDS if self._keys else FIRST_PAUSE_SECONDS
        is_old = now - self._fetched_at > FRESH_SECONDS
        return (is_old or key_id not in self._keys) and now - self._asked_at > pause

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=FETCH_SECONDS) as answer:  # nosec B310 # noqa: S310 - a setting
                key_set = KeySet.import_key_set(json.loads(answer.read(MAX_JWKS_BYTES)))
        except (OSError, HTTPException, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("jwks.not_fetched", error=f"{type(error).__name__}: {error}")
        else:
            self._keys = {key.kid: key for key in key_set.keys if isinstance(key, ECKey) and key.kid}
            self._fetched_at = monotonic()
        self._asked_at = monotonic()
