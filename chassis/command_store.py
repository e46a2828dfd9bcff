"""The database, as commands need it: opened, closed, and told of in one line where it doesn't answer."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from chassis.errors import Transient
from chassis.service import Service
from chassis.settings import Settings
from chassis.store.store import Store


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
