"""An api process is told to stop while callers hold connections to it, and others still come."""

import signal
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic

import pytest

from tests.eventually import eventually
from tests.stack import Stack

LONG_SECONDS = 15.0
"""Longer than any machine stalls; whoever is told to stop at once does not wait for it."""

SHORT_SECONDS = 1.0


@pytest.fixture
def delay_seconds() -> float:
    return LONG_SECONDS


@pytest.fixture
def api(tmp_path: Path, delay_seconds: float) -> Iterator[Stack]:
    """An api of user_service; no broker is there, nor is one asked for."""
    (tmp_path / "var").mkdir()
    broker = {"BROKER_URL": "amqp://guest:guest@127.0.0.1:1/"}
    stack = Stack(tmp_path, {**broker, "SHUTDOWN_DELAY_SECONDS": str(delay_seconds)})
    stack.migrate()
    stack.start("user-api")
    eventually(lambda: stack.is_ready("user-api"), 30)
    yield stack
    stack.stop()


def connected(stack: Stack) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", int(stack.environment["USER_PORT"]), timeout=10)


def asked(connection: HTTPConnection, path: str = "/livez") -> HTTPResponse:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer


def asked_anew(stack: Stack, path: str = "/livez") -> HTTPResponse:
    """By somebody who comes now, and goes again."""
    with closing(connected(stack)) as connection:
        return asked(connection, path)


def test_who_still_comes_is_answered_and_asked_to_connect_elsewhere(api: Stack) -> None:
    held = connected(api)
    kept = asked(held).will_close

    api.processes["user-api"].send_signal(signal.SIGTERM)
    eventually(lambda: asked_anew(api, "/readyz").status == 503, LONG_SECONDS)
    on_the_held, on_a_new_one = asked(held), asked_anew(api)

    assert [kept, on_the_held.will_close, on_a_new_one.will_close] == [False, True, True]
    assert [on_the_held.status, on_a_new_one.status] == [200, 200]
    held.close()
    api.processes["user-api"].send_signal(signal.SIGINT)  # at once
    assert api.processes["user-api"].wait(10) == 0


@pytest.mark.parametrize("delay_seconds", [SHORT_SECONDS])
def test_when_its_time_is_over_it_stops_by_itself(api: Stack) -> None:
    told = monotonic()

    assert api.terminate("user-api") == 0
    assert monotonic() - told >= SHORT_SECONDS
