"""What lies beyond a row, in an order of several columns: where the next page begins."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, tuple_

Columns = Sequence[ColumnElement[Any]]


def above(columns: Columns, values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after these values, where the lowest come first."""
    # The first alone for MySQL, which finds no place in an index by several.
    return and_(columns[0] >= values[0], tuple_(*columns) > _typed(columns, values))


def below(columns: Columns, values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after these values, where the highest come first."""
    return and_(columns[0] <= values[0], tuple_(*columns) < _typed(columns, values))


def _typed(columns: Columns, values: Sequence[Any]) -> Any:
    # Not by what Python has: an id is not kept everywhere as what it is.
    return tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))
