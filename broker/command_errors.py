"""What a command says, in one line, when the broker is away; and how it ends when its reader is gone."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from broker.connection import CONNECTION_ERRORS


class ReaderGone(Exception):
    """Whoever read our output has enough of it."""


@contextmanager
def answering() -> Iterator[None]:
    """End with status 1 and one line if the broker does not answer; with 0 and nothing if the reader has gone."""
    try:
        yield
    except ReaderGone:
        # Python flushes at its end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except CONNECTION_ERRORS as error:
        click.echo(f"the broker does not answer ({f'{type(error).__name__} {error}'.strip()})", err=True)
        sys.exit(1)


def say(line: str) -> None:
    """Write a line at once; ReaderGone if nobody reads."""
    try:
        click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error


def has_reader() -> bool:
    """False if our output goes into a pipe whose other end is closed: nobody would notice before the next line."""
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        return True
    poll = select.poll()
    poll.register(output, 0)
    return not any(event & select.POLLERR for _, event in poll.poll(0))
