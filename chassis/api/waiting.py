"""``Prefer: wait=N`` (RFC 7240): answer as soon as what was accepted is settled."""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.http import parse_list_header

from chassis.api.idempotency import REPLAYED
from chassis.errors import Transient

F = TypeVar("F", bound=Callable[..., Any])

ACCEPTED = 202
MAX_SECONDS = 10
#: How often we look: soon at first, most is settled quickly.
FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 0.02, 0.25
SEATS = "waiting_seats"


def register_waiting(app: Flask, threads: int) -> None:
    """At most half of the threads wait at any time: the others go on answering."""
    app.extensions[SEATS] = BoundedSemaphore(threads // 2)


def waits(settled: Callable[[Response], Response | None]) -> Callable[[F], F]:
    """Where the caller prefers to wait, give the answer of ``settled`` as soon as there is one.

    Else, or when the time is over, or too many wait already, the view's own. ``settled`` gets that; nothing is locked
    while it is asked.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def waiting(*args: Any, **kwargs: Any) -> Response:
            accepted = cast("Response", view(*args, **kwargs))
            seconds = preferred_seconds(request.headers.get("Prefer", ""))
            # What is replayed is told as it was.
            if not seconds or accepted.status_code != ACCEPTED or REPLAYED in accepted.headers:
                return accepted
            began = monotonic()
            try:
                return _seated(lambda: settled(accepted), seconds) or accepted
            finally:
                # As the caller asked: not what slowness is measured by.
                g.waited = monotonic() - began

        waiting.waits = True  # type: ignore[attr-defined] # for the document
        return cast("F", waiting)

    return decorate


def preferred_seconds(prefer: str) -> int:
    """For how long the caller would wait; 0 where that is not said, or can't be read."""
    for preference in parse_list_header(prefer):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            digits = value.strip().strip('"')
            return _seconds(digits) if digits.isascii() and digits.isdigit() else 0
    return 0


def _seconds(digits: str) -> int:
    # Not all of them: Python refuses to read thousands.
    significant = digits.lstrip("0")[:3]
    return min(int(significant or 0), MAX_SECONDS)


def _seated(look: Callable[[], Response | None], seconds: int) -> Response | None:
    seats: BoundedSemaphore = current_app.extensions[SEATS]
    if not seats.acquire(blocking=False):
        return None
    try:
        return _wait(look, seconds)
    except Transient:
        # It is accepted, whatever becomes of our looking.
        return None
    finally:
        seats.release()


def _wait(look: Callable[[], Response | None], seconds: int) -> Response | None:
    deadline, pause = monotonic() + seconds, FIRST_PAUSE_SECONDS
    while (rest := deadline - monotonic()) > 0:
        sleep(min(pause, rest))
        pause = min(2 * pause, LAST_PAUSE_SECONDS)
        if (answer := look()) is not None:
            answer.headers["Preference-Applied"] = f"wait={seconds}"
            return answer
    return None
