"""``make status`` on the running system: what is well, and what it can't reach."""

import re

from tests.stack import Stack


def status(stack: Stack) -> tuple[int, str]:
    """Exit status and screen."""
    done = stack.command("python", "-m", "operations.status", "--seconds", "0.2")
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_one_screen_shows_every_process_queue_and_outbox(stack: Stack, lamp: str) -> None:
    code, screen = status(stack)

    assert code == 0, screen
    lines = screen.splitlines()
    for service in ("user_service", "order_service"):
        for role in ("api", "worker", "relay"):
            assert any(re.search(rf"{service} {role}\s+\S+:\d+\s+ready", line) for line in lines), screen
    assert "?" not in screen
    assert len(lines) < 40
    assert "\x1b" not in screen


def test_what_can_not_be_reached_is_told(stack: Stack) -> None:
    stack.terminate("user-relay")
    broker_url, stack.environment["BROKER_URL"] = stack.environment["BROKER_URL"], "amqp://guest:guest@127.0.0.1:1/"

    code, screen = status(stack)

    stack.environment["BROKER_URL"] = broker_url
    stack.start("user-relay")
    assert code == 1
    assert re.search(r"user_service relay\s+\S+:\d+\s+does not answer", screen), screen
    assert "none is active" in screen
    assert "The broker does not answer" in screen
    stack.await_ready()
