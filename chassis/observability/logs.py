"""Logs are events too: a name in the past tense, and keys. Whatever a process says, libraries included, has one form.

What a line belongs to (``trace_id``, ``correlation_id``, and ``event_id`` while an event is handled) stands in it by
itself; what it is about (``order_id``, ``user_id``) where somebody said so by ``about``.
"""

import logging
import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from chassis import context

Logging = dict[str, Any]


def configure(level: str, log_format: str, **always: str) -> None:
    """Log to standard error: JSON, or for people, where a terminal reads (``auto``) or ``log_format`` says so.

    ``always`` stands in every line of the process, whichever thread writes it.
    """
    structlog.configure(
        processors=_processors(log_format, always),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(of_libraries(log_format, **always))
    # Pika tells of every attempt at great length; what matters of it we log ourselves.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def about(**ids: object) -> None:
    """Put these ids into every line that the request in hand still causes."""
    structlog.contextvars.bind_contextvars(**{name: _plain(value) for name, value in ids.items()})


def of_libraries(log_format: str, **always: str) -> Logging:
    """How the standard library's loggers write, in the form that ``logging.config`` and granian take."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": Formatter, "log_format": log_format, "always": always}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
    }


class Formatter(logging.Formatter):
    """Writes a library's line as one of ours: ``granian.said``, and what it said as a key."""

    def __init__(self, log_format: str, always: dict[str, str]) -> None:
        super().__init__()
        self._processors = _processors(log_format, always)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        name = record.name.strip("_").partition(".")[0]
        line: Any = {"event": f"{name}.said", "message": record.getMessage(), "exc_info": record.exc_info}
        for process in self._processors:
            line = process(None, record.levelname.lower(), line)
        return str(line)


def _processors(log_format: str, always: dict[str, str]) -> list[Processor]:
    def add_what_always_holds(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {**always, **line}

    return [
        structlog.contextvars.merge_contextvars,
        add_what_always_holds,
        _add_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *(_for_people() if _is_read_by_people(log_format) else _for_machines()),
    ]


def _add_context(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    why = context.known()
    if why is not None:
        line.setdefault("trace_id", why.trace_id)
        line.setdefault("correlation_id", why.correlation_id)
        if why.causation_id is not None:
            line.setdefault("event_id", why.causation_id)
    return line


def _is_read_by_people(log_format: str) -> bool:
    return log_format == "console" or (log_format == "auto" and sys.stderr.isatty())


def _for_people() -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.ExceptionRenderer(
            # Without the values of variables: among them are bodies and passwords.
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
        ),
        structlog.processors.JSONRenderer(),
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)
