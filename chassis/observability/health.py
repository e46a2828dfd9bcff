"""Alive, and able to work: ``/livez``, ``/readyz`` and ``/metrics`` of worker and relay, on a port of their own."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Checks = Mapping[str, Callable[[], bool]]


def failing(checks: Checks) -> list[str]:
    """The names of the checks that fail just now."""
    return [name for name, check in checks.items() if not check()]


def serve(host: str, port: int, checks: Checks) -> None:
    """Answer on this port, on threads of their own, as long as the process lives; OSError if it is taken."""
    server = make_server(host, port, _application(checks), server_class=_Server, handler_class=_QuietHandler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Probes come every second; nobody wants to read them."""


def _application(checks: Checks) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, media_type, body = _answer(environ["PATH_INFO"], checks)
        start_response(status, [("Content-Type", media_type), ("Content-Length", str(len(body)))])
        return [body]

    return application


def _answer(path: str, checks: Checks) -> tuple[str, str, bytes]:
    if path == "/livez":
        return "200 OK", "application/json", b'{"status": "live"}'
    if path == "/metrics":
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
    if path != "/readyz":
        return _problem("404 Not Found", "There is no such page here.")
    if down := failing(checks):
        return _problem("503 Service Unavailable", f"Not ready: {', '.join(down)}.")
    return "200 OK", "application/json", b'{"status": "ready"}'


def _problem(status: str, detail: str) -> tuple[str, str, bytes]:
    code, _, title = status.partition(" ")
    problem = {"type": "about:blank", "title": title, "status": int(code), "detail": detail}
    return status, "application/problem+json", json.dumps(problem).encode()
