"""The life of a process: it ends in good order when told to, and never lives on half dead."""

import gc
import os
import signal
import socket
import sys
import threading
from types import FrameType, TracebackType

import structlog

log = structlog.get_logger()

#: What the shell calls an internal software error (sysexits.h).
EXIT_SOFTWARE = 70
#: What a signal is written to: never closed, for its number would become another file's.
_KEPT: list[socket.socket] = []


def begin(drain_seconds: float) -> threading.Event:
    """The event that tells a process to stop; it ends if it doesn't in time, or if any of its threads dies."""
    keep_what_is_loaded()
    die_with_any_thread()
    stop = stop_on_signals()
    die_at(drain_seconds, stop)
    return stop


def keep_what_is_loaded() -> None:
    """Look for garbage no more among what is there by now: it lives as long as the process, and is a lot."""
    gc.collect()
    gc.freeze()


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set.

    By a thread of its own: what runs as a signal's handler does so in the midst of whatever the main thread is doing,
    and would wait for ever for a lock that is held there, of the log or of the event itself.
    """
    stop = threading.Event()
    reading, writing = socket.socketpair()
    writing.settimeout(0)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave_it_to_the_thread)

    def listen() -> None:
        while number := reading.recv(1):
            stop.set()
            log.info("process.stopping", signal=signal.Signals(number[0]).name)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    _KEPT.append(writing)
    return stop


def _leave_it_to_the_thread(_number: int, _frame: FrameType | None) -> None:
    """Handled: the default would be to end at once."""


def die_with_any_thread() -> None:
    """An unforeseen end of any thread ends the process: a supervisor starts a whole one."""

    def on_error(args: threading.ExceptHookArgs) -> None:
        _print(args.exc_type, args.exc_value, args.exc_traceback)
        os._exit(EXIT_SOFTWARE)

    threading.excepthook = on_error


def _print(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    exc_info = (kind, error or kind(), trace)
    log.critical("process.thread_died", error=kind.__name__, exc_info=exc_info)
    sys.stderr.flush()


def die_at(budget_seconds: float, stop: threading.Event) -> None:
    """Once told to stop, end at the latest when the budget is spent; what is not acked comes again elsewhere."""

    def watch() -> None:
        stop.wait()
        threading.Event().wait(budget_seconds)
        log.error("process.drain_budget_spent", seconds=budget_seconds)
        os._exit(EXIT_SOFTWARE)

    threading.Thread(target=watch, name="drain-budget", daemon=True).start()
