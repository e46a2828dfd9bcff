"""Changed aggregates are written together: one statement for all of a kind that were changed in the same columns.

The ORM writes one by one what has a version. For a batch of events that is a round trip to the database for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, inspect, update
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import set_committed_value

from chassis.errors import StaleAggregate

Columns = tuple[str, ...]


def write_changes(session: Session) -> None:
    """Write what was changed in loaded aggregates, where there are several of a kind; one alone the ORM writes.

    StaleAggregate, as the ORM has it, if another version of any of them is stored by now.
    """
    for (mapper, columns), aggregates in _alike(session.dirty).items():
        if len(aggregates) > 1:
            _write(session, mapper, columns, aggregates)


def _alike(dirty: Iterable[object]) -> dict[tuple[Mapper[Any], Columns], list[Any]]:
    found = defaultdict(list)
    for aggregate in dirty:
        state: Any = inspect(aggregate)
        if columns := tuple(sorted(each.key for each in state.attrs if each.history.has_changes())):
            found[state.mapper, columns].append(aggregate)
    return found


def _write(session: Session, mapper: Mapper[Any], columns: Columns, aggregates: Sequence[Any]) -> None:
    key, version = _key(mapper), _version(mapper)
    rows = [
        {
            "its_key": getattr(each, key),
            "its_version": getattr(each, version),
            version: getattr(each, version) + 1,
            **{name: getattr(each, name) for name in columns},
        }
        for each in aggregates
    ]
    written = session.connection().execute(_statement(mapper, columns), rows).rowcount
    if written != len(rows):
        raise StaleAggregate(f"{len(rows) - written} of {len(rows)} {mapper.class_.__name__}s were changed meanwhile")
    for each in aggregates:
        for name in columns:
            set_committed_value(each, name, getattr(each, name))
        set_committed_value(each, version, getattr(each, version) + 1)


@cache
def _statement(mapper: Any, columns: Columns) -> Update:
    table, key, version = mapper.local_table, _key(mapper), _version(mapper)
    same = table.c[key] == bindparam("its_key"), table.c[version] == bindparam("its_version")
    return update(table).where(*same).values({name: bindparam(name) for name in (*columns, version)})


def _key(mapper: Mapper[Any]) -> str:
    (column,) = mapper.primary_key
    return str(column.key)


def _version(mapper: Mapper[Any]) -> str:
    assert mapper.version_id_col is not None  # nosec B101 # noqa: S101 - each aggregate has one
    return str(mapper.version_id_col.key)
