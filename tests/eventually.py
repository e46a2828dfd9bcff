"""Polling with a deadline, instead of sleeping."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], timeout: float = 10.0) -> T:
    """The first truthy value of ``check``; AssertionError with its last value when the time is up."""
    deadline = monotonic() + timeout
    while not (value := check()):
        assert monotonic() < deadline, f"still {value!r} after {timeout} seconds"
        threading.Event().wait(0.02)
    return value
