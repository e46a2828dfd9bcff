"""Traces by OpenTelemetry, where OTLP's usual settings name a collector; elsewhere nothing of it is even imported.

What is going on is a span, and its ``traceparent`` is what requests and events carry on. Names and attributes follow
OpenTelemetry's semantic conventions for HTTP, messaging and databases. Errors are told by their type alone: what they
say may be personal.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chassis.context import TRACEPARENT

if TYPE_CHECKING:
    from opentelemetry import trace

    from chassis.observability.otel import Tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NAMESPACE = "event-services"

Attributes = Mapping[str, str | int | bool]
NOTHING: Attributes = {}

_tracing: "Tracing | None" = None


@dataclass(frozen=True)
class Span:
    """Something that is going on; without effect where traces are off."""

    recorded: "trace.Span | None" = None

    @property
    def traceparent(self) -> str | None:
        """What it is known by elsewhere (W3C); None where traces are off."""
        if self.recorded is None:
            return None
        known = self.recorded.get_span_context()
        return f"00-{known.trace_id:032x}-{known.span_id:016x}-{known.trace_flags:02x}"

    def note(self, attributes: Attributes) -> None:
        """Add what came out."""
        if self.recorded is not None:
            self.recorded.set_attributes(dict(attributes))

    def fail(self, kind: str) -> None:
        """Note that it failed, by the error's type."""
        if self.recorded is not None and _tracing is not None:
            _tracing.fail(self.recorded, kind)


OFF = Span()


def here() -> str | None:
    """The ``traceparent`` of what is going on here; None where nothing is, or traces are off."""
    return Span(_tracing.here()).traceparent if _tracing is not None else None


def are_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """True if a collector is named and nobody has switched traces off."""
    is_off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not is_off and any(environ.get(name) for name in ENDPOINTS)


def configure(service: str, process: str) -> None:
    """Send this process's traces from now on, if that is wanted."""
    global _tracing  # noqa: PLW0603 - one for the process, as logs and metrics are
    if are_wanted():
        from chassis.observability.otel import Tracing

        _tracing = Tracing({"service.name": service, "service.namespace": NAMESPACE, "process.role": process})


def is_on() -> bool:
    """True where spans are recorded."""
    return _tracing is not None


@contextmanager
def span(
    name: str,
    kind: str = "internal",
    *,
    parent: str | None = None,
    links: Iterable[str | None] = (),
    attributes: Attributes = NOTHING,
) -> Iterator[Span]:
    """A span around the block, below the ``traceparent`` given as parent, else below what is going on here."""
    if _tracing is None:
        yield OFF
        return
    readable = [link for link in links if link and TRACEPARENT.match(link)]
    above = parent if parent and TRACEPARENT.match(parent) else None
    with _tracing.current(name, kind, above, readable, attributes) as recorded:
        yield Span(recorded)


def begin_below(name: str, kind: str, attributes: Attributes) -> Span:
    """A span below what is going on here, to be ended by ``end``; OFF where nothing goes on."""
    return OFF if _tracing is None else Span(_tracing.below(name, kind, attributes))


def end(begun: Span) -> None:
    """End it."""
    if begun.recorded is not None:
        begun.recorded.end()


def record(
    name: str, kind: str, *, parent: str | None, began_ns: int, attributes: Attributes, error: str | None
) -> None:
    """A span that began then, and ends now."""
    if _tracing is not None and parent and TRACEPARENT.match(parent):
        recorded = Span(_tracing.since(name, kind, parent, began_ns, attributes))
        if error is not None:
            recorded.fail(error)
        end(recorded)
