"""The life of a process: it ends in good order when told to, and never lives on half dead."""

import os
import signal
import sys
import threading
from types import FrameType, TracebackType

import structlog

log = structlog.get_logger()

#: What the shell calls an internal software error (sysexits.h).
EXIT_SOFTWARE = 70


def begin(drain_seconds: float) -> threading.Event:
    """The event that tells a process to stop; it ends if it doesn't in time, or if any of its threads dies."""
    die_with_any_thread()
    stop = stop_on_signals()
    die_at(drain_seconds, stop)
    return stop


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        log.info("process.stopping", signal=signal.Signals(number).name)
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


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
