"""The image's health check finds the port of whatever role its container plays."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import healthcheck
from tests.stores import ORDERS, USERS


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting, _ in healthcheck.PORTS.values():
        monkeypatch.delenv(setting, raising=False)


@pytest.fixture(params=[200, 503])
def status_and_port(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    class Readyz(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Readyz) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield request.param, server.server_port
        server.shutdown()
        thread.join()


def first_process(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> None:
    path = folder / "cmdline"
    path.write_bytes("".join(f"{word}\0" for word in words).encode())
    monkeypatch.setattr(healthcheck, "FIRST_PROCESS", path)


@pytest.mark.parametrize("service", [USERS, ORDERS])
def test_it_knows_the_port_of_every_role(service: object) -> None:
    program = service.name.replace("_", "-")
    roles = {"api": "port", "worker": "worker_port", "relay": "relay_port"}

    for role, default in roles.items():
        port = healthcheck.port_of(["/usr/bin/tini", "--", "/opt/venv/bin/python", f"/opt/venv/bin/{program}", role])
        assert port == getattr(service.defaults, default)


def test_a_port_that_was_set_is_asked_and_an_empty_one_was_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_WORKER_PORT", "7000")
    monkeypatch.setenv("ORDER_WORKER_PORT", "")

    assert healthcheck.port_of(["user-service", "worker"]) == 7000
    assert healthcheck.port_of(["order-service", "worker"]) == 5011


def test_a_container_is_healthy_if_its_process_is_ready(
    tmp_path: Path, status_and_port: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, port = status_and_port
    first_process(monkeypatch, tmp_path, "tini", "--", "order-service", "relay")
    monkeypatch.setenv("ORDER_RELAY_PORT", str(port))

    assert healthcheck.main() == (0 if status == 200 else 1)


def test_a_process_that_does_not_answer_is_not_healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_process(monkeypatch, tmp_path, "order-service", "api")
    monkeypatch.setenv("ORDER_PORT", "1")

    assert healthcheck.main() == 1


def test_what_serves_nothing_is_healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_process(monkeypatch, tmp_path, "tini", "--", "user-service", "migrate")

    assert healthcheck.main() == 0
