"""Keys by which tokens are checked: where they come from, and what holds when that place is away."""

import json
import threading
import urllib.request
from time import monotonic
from typing import Protocol

import structlog
from joserfc.jwk import ECKey, KeySet

log = structlog.get_logger()

FRESH_SECONDS = 300.0
#: An unknown key id makes us ask again, but not more often: forged ones are no lever.
COOL_DOWN_SECONDS = 5.0
FETCH_SECONDS = 3.0
MAX_JWKS_BYTES = 1 << 16


class KeysUnavailable(Exception):
    """No key was ever had from the issuer, and it does not answer now."""


class KeySource(Protocol):
    """Knows the issuer's public keys."""

    def find(self, key_id: str) -> ECKey | None:
        """The key with this id, or None; KeysUnavailable if none can be known."""
        ...


class RemoteKeys:
    """The keys at a JWKS address: cached, and kept while the issuer is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._keys: dict[str, ECKey] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")

    def find(self, key_id: str) -> ECKey | None:
        """The key with this id; asks the issuer when what we have is old or has no such key."""
        with self._lock:
            old = monotonic() - self._fetched_at > FRESH_SECONDS
            if (old or key_id not in self._keys) and monotonic() - self._asked_at > self._pause():
                self._fetch()
            if not self._keys:
                raise KeysUnavailable
            return self._keys.get(key_id)

    def _pause(self) -> float:
        return COOL_DOWN_SECONDS if self._keys else 0.0

    def _fetch(self) -> None:
        self._asked_at = monotonic()
        try:
            with urllib.request.urlopen(self._url, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - a setting
                key_set = KeySet.import_key_set(json.loads(answer.read(MAX_JWKS_BYTES)))
        except (OSError, ValueError, KeyError) as error:
            log.warning("jwks.not_fetched", error=f"{type(error).__name__}: {error}")
            return
        self._keys = {key.kid: key for key in key_set.keys if isinstance(key, ECKey) and key.kid}
        self._fetched_at = monotonic()
