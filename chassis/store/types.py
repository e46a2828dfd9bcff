"""Column types that mean the same on every database."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, Uuid
from sqlalchemy.types import TypeDecorator

#: A key that counts up by itself; SQLite does so only for its own INTEGER.
BigKey = BigInteger().with_variant(Integer, "sqlite")
#: A UUID; on MySQL, and on MariaDB in the same way, as text: see `mysql_columns`.
Id = Uuid().with_variant(Uuid(native_uuid=False), "mysql")


class Utc(TypeDecorator[datetime]):
    """An aware time in UTC, to the microsecond; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def enum_of(values: type[StrEnum]) -> Enum:
    """The enum's values as short text."""

    def listed(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(values, native_enum=False, create_constraint=False, length=32, values_callable=listed)
