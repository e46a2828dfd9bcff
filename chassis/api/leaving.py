"""Leaving: an api process that was told to stop goes on for a moment, so that nobody is refused who could not know.

The server is a parent and its worker, which answers. Told to stop, the parent tells the worker that it leaves, and
stops it only when ``SHUTDOWN_DELAY_SECONDS`` are over. Meanwhile whoever asks is answered, ``/readyz`` says that no
more are wanted, and every answer closes its connection: a request on one that is closed in that very moment would be
lost, and nobody could tell whether it had an effect.
"""

import os
import signal
import threading
from contextlib import suppress
from types import FrameType

from flask import Flask, Response
from granian.server.mp import MPServer

TOLD_BY = signal.SIGUSR1
TIMES = 20


class Leaving:
    """Whether this process has been told that it leaves."""

    def __init__(self) -> None:
        self.begun = False

    def listen(self) -> None:
        """Hear it from the parent, from now on; in the main thread."""
        signal.signal(TOLD_BY, self._begin)

    def _begin(self, _number: int, _frame: FrameType | None) -> None:
        self.begun = True


def register_leaving(app: Flask, leaving: Leaving) -> None:
    """Close each connection with its answer, once it is said."""

    def close(response: Response) -> Response:
        if leaving.begun:
            response.headers["Connection"] = "close"
        return response

    app.after_request(close)


def leave_slowly(server: MPServer, seconds: float) -> None:
    """At SIGTERM go on for so long, and only then stop; SIGINT stops at once."""
    # A worker that has not come to listening yet ends without having answered anybody.
    signal.signal(TOLD_BY, signal.SIG_IGN)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.signal_handler_interrupt()

    def tell() -> None:
        # A worker that has just begun may not hear of it the first time.
        for _ in range(TIMES):
            for worker in server.wrks:
                with suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, TOLD_BY)
            threading.Event().wait(seconds / 2 / TIMES)

    def leave(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=tell, daemon=True).start()
        # Told twice, as when a whole group of processes is told, it leaves no sooner and no later.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def begin() -> None:
        signal.signal(signal.SIGALRM, stop)
        signal.signal(signal.SIGTERM, leave)

    if seconds > 0:
        # Behind the server's own handlers, which it sets just before.
        server.on_startup(begin)
