"""The key that signs access tokens: made once, kept in this database, its private part read by this service alone."""

from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from chassis.errors import Conflict
from chassis.store.store import Store
from user_service.store.tables import SIGNING_KEYS

CURVE = "P-256"
PURPOSE = "sign"


def make_first_key(store: Store[Any]) -> None:
    """Make the key if there is none; of several who try at once one succeeds."""
    if _load(store) is not None:
        return
    key = ECKey.generate_key(CURVE, {"kid": str(uuid7()), "use": "sig", "alg": "ES256"}, private=True)
    row = {"key_id": key.kid, "purpose": PURPOSE, "private_jwk": key.as_dict(private=True)}
    try:
        with store.connection(writes=True) as connection:
            connection.execute(insert(SIGNING_KEYS).values(**row, created_at=datetime.now(UTC)))
    except Conflict:
        return


class SigningKeys:
    """The keys as the processes of this service know them; read once."""

    def __init__(self, store: Store[Any]) -> None:
        self._store = store
        self._key: ECKey | None = None

    def signing(self) -> ECKey:
        """The key that signs."""
        if self._key is None:
            self._key = _load(self._store)
        if self._key is None:
            raise RuntimeError("there is no signing key: run `user-service migrate`")
        return self._key

    def find(self, key_id: str) -> ECKey | None:
        """The key with this id, or None."""
        key = self.signing()
        return key if key.kid == key_id else None


def _load(store: Store[Any]) -> ECKey | None:
    with store.connection(writes=False) as connection:
        private_jwk = connection.scalar(select(SIGNING_KEYS.c.private_jwk))
    return None if private_jwk is None else ECKey.import_key(private_jwk)
