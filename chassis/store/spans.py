"""Statements as spans: what the database was asked, without the values, below what asked it.

Of inserts that go in one trip each span ends with its sending; what they wait for together is told by the span above.
"""

import re
from typing import Any

from sqlalchemy import Engine, event

from chassis.observability import tracing

TARGET = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)", re.IGNORECASE)
SPAN = "span"


def trace_statements(engine: Engine) -> None:
    """Make a span of each statement from now on, where something is going on that it belongs to."""
    system = engine.dialect.name

    def begin(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any) -> None:
        operation, target = statement.split(None, 1)[0].upper(), TARGET.search(statement)
        summary = f"{operation} {target.group(1)}" if target else operation
        attributes = {"db.system.name": system, "db.operation.name": operation, "db.query.text": statement}
        setattr(context, SPAN, tracing.begin_below(summary, "client", attributes))

    def end(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: Any) -> None:
        tracing.end(getattr(context, SPAN, tracing.OFF))

    def fail(told: Any) -> None:
        begun = getattr(told.execution_context, SPAN, tracing.OFF)
        begun.fail(type(told.original_exception).__name__)
        tracing.end(begun)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)
