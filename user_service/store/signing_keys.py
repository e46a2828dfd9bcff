"""The keys that sign access tokens: kept in this database, their private parts read by this service alone.

A new key is published before it signs, until everybody has it; an old one until its last token has expired.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import structlog
from joserfc.jwk import ECKey
from sqlalchemy import Connection, delete, func, insert, select
from uuid_utils.compat import uuid7

from chassis.errors import Conflict, Transient
from chassis.store.store import Store
from user_service.store.tables import SIGNING_KEYS

log = structlog.get_logger()

CURVE = "P-256"
#: How long a process goes on with the keys that it has read.
READ_EVERY = timedelta(seconds=30)
#: An unknown key id makes a process read again, but not more often: forged ones are no lever.
COOL_DOWN = timedelta(seconds=1)
#: For so long others may go on with what they have fetched (`Cache-Control`), after every process here knows the key.
PUBLISHED_AHEAD = timedelta(seconds=300) + 2 * READ_EVERY
#: The life of a token, and what clocks may differ by.
OUTLIVES = timedelta(seconds=600 + 60)


@dataclass(frozen=True)
class SigningKey:
    """A key, and from when on it signs."""

    key: ECKey
    signs_from: datetime


def make_first_key(store: Store[Any]) -> None:
    """Make the key if there is none; of several who try at once one succeeds."""
    with store.connection(writes=False) as connection:
        if _load(connection):
            return
    try:
        with store.connection(writes=True) as connection:
            _add(connection, 1, signs_from=datetime.now(UTC))
    except Conflict:
        return


def rotate(store: Store[Any], ahead: timedelta = PUBLISHED_AHEAD) -> SigningKey:
    """Make the next key, which signs after this time, and forget those whose tokens have all expired.

    Conflict if somebody else does the same just now.
    """
    with store.connection(writes=True) as connection:
        now = datetime.now(UTC)
        forget_outlived(connection, now)
        number = connection.scalar(select(func.max(SIGNING_KEYS.c.number))) or 0
        return _add(connection, number + 1, signs_from=now + ahead)


def forget_outlived(connection: Connection, now: datetime) -> int:
    """Remove the keys whose tokens have all expired, and tell how many there were."""
    # By name, not all but the published: one that somebody else makes just now has to stay.
    outlived = {each.key.kid for each in _outlived(_load(connection), now)}
    if outlived:
        connection.execute(delete(SIGNING_KEYS).where(SIGNING_KEYS.c.key_id.in_(outlived)))
    return len(outlived)


def _add(connection: Connection, number: int, signs_from: datetime) -> SigningKey:
    key = ECKey.generate_key(CURVE, {"kid": str(uuid7()), "use": "sig", "alg": "ES256"}, private=True)
    row = {"key_id": key.kid, "number": number, "private_jwk": key.as_dict(private=True), "signs_from": signs_from}
    connection.execute(insert(SIGNING_KEYS).values(**row, created_at=datetime.now(UTC)))
    return SigningKey(key, signs_from)


def _load(connection: Connection) -> list[SigningKey]:
    query = select(SIGNING_KEYS.c.private_jwk, SIGNING_KEYS.c.signs_from).order_by(SIGNING_KEYS.c.number)
    return [SigningKey(ECKey.import_key(row.private_jwk), row.signs_from) for row in connection.execute(query)]


def _outlived(keys: list[SigningKey], now: datetime) -> list[SigningKey]:
    return [key for key, following in pairwise(keys) if following.signs_from + OUTLIVES < now]


def _published(keys: list[SigningKey], now: datetime) -> list[SigningKey]:
    outlived = _outlived(keys, now)
    return [key for key in keys if key not in outlived]


class SigningKeys:
    """The keys as one process knows them: read now and then, and kept while the database is away."""

    def __init__(self, store: Store[Any], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._clock = clock
        self._keys: list[SigningKey] = []
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def signing(self) -> ECKey:
        """The key that signs now, with its private part."""
        now = self._clock()
        signing = [each.key for each in self._known(READ_EVERY) if each.signs_from <= now]
        if not signing:
            raise RuntimeError("there is no signing key: run `user-service migrate`")
        return signing[-1]

    def published(self) -> list[ECKey]:
        """Every key that may have signed a token that is still good, or soon will."""
        return [each.key for each in _published(self._known(READ_EVERY), self._clock())]

    def find(self, key_id: str) -> ECKey | None:
        """The published key with this id, or None."""
        for known in (READ_EVERY, COOL_DOWN):
            for each in _published(self._known(known), self._clock()):
                if each.key.kid == key_id:
                    return each.key
        return None

    def _known(self, at_most: timedelta) -> list[SigningKey]:
        now = self._clock()
        if now - self._read_at > at_most:
            self._read()
            self._read_at = now
        return self._keys

    def _read(self) -> None:
        try:
            with self._store.connection(writes=False) as connection:
                self._keys = _load(connection)
        except Transient as error:
            if not self._keys:
                raise
            log.warning("signing_keys.not_read", error=str(error))
