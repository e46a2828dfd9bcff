"""OpenTelemetry's SDK, as far as we use it; imported only where traces are on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.util import Finalize

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

Attributes = Mapping[str, str | int | bool]
KINDS = {kind.name.lower(): kind for kind in SpanKind}


class Tracing:
    """Records spans, and sends them in batches from a thread of its own; a collector that is away costs its spans."""

    def __init__(self, resource: Attributes) -> None:
        provider = TracerProvider(resource=Resource.create(dict(resource)), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        # The WSGI server's worker is a child of multiprocessing, which ends without what `atexit` knows.
        Finalize(None, provider.shutdown, exitpriority=1)
        self._tracer = provider.get_tracer("chassis")

    @contextmanager
    def current(
        self, name: str, kind: str, parent: str | None, links: Iterable[str], attributes: Attributes
    ) -> Iterator[Span]:
        """A span around the block."""
        with self._tracer.start_as_current_span(
            name,
            _above(parent),
            KINDS[kind],
            dict(attributes),
            [Link(_known(link)) for link in links],
            record_exception=False,
            set_status_on_exception=False,
        ) as recorded:
            try:
                yield recorded
            except BaseException as error:
                self.fail(recorded, type(error).__name__)
                raise

    def here(self) -> Span | None:
        """What is going on here, if anything is."""
        found = trace.get_current_span()
        return found if found.get_span_context().is_valid else None

    def below(self, name: str, kind: str, attributes: Attributes) -> Span | None:
        """A span below what is going on here, not ended; None where nothing is."""
        if not trace.get_current_span().is_recording():
            return None
        return self._tracer.start_span(name, None, KINDS[kind], dict(attributes))

    def since(self, name: str, kind: str, parent: str, began_ns: int, attributes: Attributes) -> Span:
        """A span that began then, not ended."""
        return self._tracer.start_span(name, _above(parent), KINDS[kind], dict(attributes), start_time=began_ns)

    def fail(self, recorded: Span, kind: str) -> None:
        """Note an error by its type."""
        recorded.set_attribute("error.type", kind)
        recorded.set_status(Status(StatusCode.ERROR))


def _above(parent: str | None) -> Context | None:
    return trace.set_span_in_context(NonRecordingSpan(_known(parent)), Context()) if parent else None


def _known(traceparent: str) -> SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
