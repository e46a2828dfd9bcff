"""A collector of traces: takes what OTLP's exporter sends, and shows it as trees."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent
from opentelemetry.proto.trace.v1.trace_pb2 import Status


@dataclass(frozen=True)
class Span:
    """One span, as far as tests look at it."""

    trace_id: str
    id: str
    parent: str
    name: str
    kind: str
    process: str
    began_ns: int
    ended_ns: int
    failed: bool
    attributes: dict[str, str]
    links: tuple[str, ...]


class Collector:
    """What came in."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._lock = threading.Lock()
        self.url = ""

    def take(self, body: bytes) -> None:
        """Read one export."""
        request = ExportTraceServiceRequest.FromString(body)
        found = [
            _span(sent, resource)
            for group in request.resource_spans
            for resource in [_attributes(group.resource.attributes)]
            for scope in group.scope_spans
            for sent in scope.spans
        ]
        with self._lock:
            self._spans += found

    def trace(self, trace_id: str) -> list[Span]:
        """The spans of a trace, in the order of their beginning."""
        with self._lock:
            return sorted((span for span in self._spans if span.trace_id == trace_id), key=lambda span: span.began_ns)

    def named(self, name: str) -> list[Span]:
        """The spans of this name, of any trace."""
        with self._lock:
            return [span for span in self._spans if span.name == name]

    def tree(self, trace_id: str) -> str:
        """The trace as an indented tree: milliseconds from its beginning, how many it took, who, and what."""
        spans = self.trace(trace_id)
        known = {span.id for span in spans}
        below: dict[str, list[Span]] = {}
        for span in spans:
            below.setdefault(span.parent if span.parent in known else "", []).append(span)
        return "\n".join(_lines(below, "", 0, spans[0].began_ns))


def _lines(below: dict[str, list[Span]], parent: str, depth: int, origin: int) -> Iterator[str]:
    for span in below.get(parent, []):
        since, took = (span.began_ns - origin) / 1e6, (span.ended_ns - span.began_ns) / 1e6
        yield f"{since:8.1f} {took:7.1f} ms  {span.process:21}{'  ' * depth}{span.name}"
        yield from _lines(below, span.id, depth + 1, origin)


def _span(sent: Sent, resource: dict[str, str]) -> Span:
    return Span(
        trace_id=sent.trace_id.hex(),
        id=sent.span_id.hex(),
        parent=sent.parent_span_id.hex(),
        name=sent.name,
        kind=Sent.SpanKind.Name(sent.kind).removeprefix("SPAN_KIND_").lower(),
        process=f"{resource['service.name']} {resource['process.role']}",
        began_ns=sent.start_time_unix_nano,
        ended_ns=sent.end_time_unix_nano,
        failed=sent.status.code == Status.STATUS_CODE_ERROR,
        attributes=_attributes(sent.attributes),
        links=tuple(link.span_id.hex() for link in sent.links),
    )


def _attributes(pairs: Any) -> dict[str, str]:
    return {pair.key: str(getattr(pair.value, pair.value.WhichOneof("value"))) for pair in pairs}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
