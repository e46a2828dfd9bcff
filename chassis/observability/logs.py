"""Logs are events too: a name in the past tense, and keys."""

import logging
import sys

import structlog


def configure(level: str, log_format: str, **bound: str) -> None:
    """Log to standard error: JSON, or for people, where a terminal reads (``auto``) or ``log_format`` says so."""
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    for_people: list[structlog.typing.Processor] = [
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    ]
    for_machines: list[structlog.typing.Processor] = [
        structlog.processors.ExceptionRenderer(
            # Without the values of variables: among them are bodies and passwords.
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
        ),
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[*shared, *(for_people if console else for_machines)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**bound)
    # Pika tells of every attempt at great length; what matters of it we log ourselves.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
