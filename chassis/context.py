"""Why something happens: the trace and the chain of events that the current work belongs to."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils.compat import uuid7

TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})\Z")


@dataclass(frozen=True)
class Context:
    """The trace (W3C ``traceparent``), what began the chain, and what directly caused this work."""

    traceparent: str
    correlation_id: str
    causation_id: str | None = None

    @property
    def trace_id(self) -> str:
        """The trace's id, 32 hexadecimal digits."""
        return trace_id_of(self.traceparent)


def trace_id_of(traceparent: str | None) -> str:
    """The trace's id; empty for none."""
    return traceparent.split("-")[1] if traceparent else ""


def begin(traceparent: str | None = None, *, span: str | None = None) -> Context:
    """A new chain, in the caller's trace if it sent one, or in the one of its own ``span``."""
    return Context(traceparent=span or continued(traceparent), correlation_id=str(uuid7()))


def follow(event_id: str, correlation_id: str, traceparent: str | None) -> Context:
    """The context of what an event causes."""
    return Context(continued(traceparent), correlation_id, causation_id=event_id)


def continued(traceparent: str | None) -> str:
    """The same trace with a span of our own; a new trace if there is none or it can't be read."""
    match = TRACEPARENT.match(traceparent or "")
    trace_id, flags = match.groups() if match else (secrets.token_hex(16), "01")
    return f"00-{trace_id}-{secrets.token_hex(8)}-{flags}"


_current: ContextVar[Context | None] = ContextVar("context", default=None)


def current() -> Context:
    """The context of the current work; a new chain where nobody set one."""
    return _current.get() or begin()


def known() -> Context | None:
    """The context of the current work, or None where nobody set one."""
    return _current.get()


@contextmanager
def bound(context: Context) -> Iterator[Context]:
    """Work inside the block belongs to this context."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
