"""The database, as commands need it: opened, closed, and told of in one line where it doesn't answer."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import click

from chassis.errors import Transient
from chassis.service import Service
from chassis.settings import Settings
from chassis.store.store import Store

LOOK_SECONDS = 1.0


@contextmanager
def opened_store(service: Service, chosen: Settings) -> Iterator[Store[Any]]:
    """The service's database; where that is away, the command ends with one line and exit status 1."""
    store = service.store(chosen)
    try:
        yield store
    except Transient as error:
        click.echo(f"the database does not answer: {error}", err=True)
        sys.exit(1)
    finally:
        store.close()


def wait_until_migrated(store: Store[Any], package: str, patience_seconds: float) -> None:
    """Return once somebody has migrated the database at least as far as this release needs; else exit status 1."""
    from chassis.store.migrations import is_new_enough

    deadline = monotonic() + patience_seconds
    while True:
        why = "is older than this release needs"
        try:
            if is_new_enough(store.engine, package):
                return
        except Transient as error:
            why = f"does not answer: {error}"
        if monotonic() >= deadline:
            click.echo(f"the database {why}", err=True)
            sys.exit(1)
        threading.Event().wait(LOOK_SECONDS)
