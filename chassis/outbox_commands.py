"""``outbox``: see the events that could not be published, and send them again."""

import dataclasses
import json
import sys
from typing import Any

import click
import structlog

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from chassis.store import parked
from chassis.store.store import Store

log = structlog.get_logger()

EXIT_USAGE = 2


def outbox_commands(service: Service) -> click.Group:
    """The commands over one service's outbox."""

    @click.group()
    def outbox() -> None:
        """See the events that could not be published, and send them again."""

    @outbox.command("list")
    @click.option("--json", "as_json", is_flag=True, help="A JSON line for each.")
    def list_(*, as_json: bool) -> None:
        """List the rows that are parked, and those that fail and are still tried."""
        with opened_store(service, settings_of(service, "outbox")) as store:
            rows = _failing(store)
        for row in rows:
            click.echo(_json(row) if as_json else _line(row))
        if not as_json:
            click.echo(f"{sum(row.parked_at is not None for row in rows)} parked rows of {service.name}", err=True)

    @outbox.command()
    @click.argument("event_ids", nargs=-1)
    @click.option("--all", "everything", is_flag=True, help="All that are parked.")
    @click.option("--by", default=operator, help="Who does it; for the log.")
    def resend(*, event_ids: tuple[str, ...], everything: bool, by: str) -> None:
        """Let parked events leave again, as if they were new."""
        if bool(event_ids) is everything:
            click.echo("say which: ids, or --all", err=True)
            sys.exit(EXIT_USAGE)
        with opened_store(service, settings_of(service, "outbox")) as store:
            chosen, number = _resend(store, event_ids)
        for event_id in chosen:
            log.info("outbox.resent", event_id=event_id, by=by)
        click.echo(f"{number} will leave again")

    return outbox


def _resend(store: Store[Any], event_ids: tuple[str, ...]) -> tuple[list[str], int]:
    """Send these again, or all that are parked; tell which, and how many were still parked."""
    parked_ids = [row.event_id for row in _failing(store) if row.parked_at is not None]
    if missing := set(event_ids) - set(parked_ids):
        click.echo(f"no parked row has the id {', '.join(sorted(missing))}", err=True)
        sys.exit(1)
    chosen = list(dict.fromkeys(event_ids)) or parked_ids
    with store.connection(writes=True) as connection:
        return chosen, parked.resend(connection, store.tables.outbox, chosen)


def _failing(store: Store[Any]) -> list[parked.FailingRow]:
    with store.connection(writes=False) as connection:
        return parked.failing(connection, store.tables.outbox)


def _json(row: parked.FailingRow) -> str:
    return json.dumps(dataclasses.asdict(row), default=str)


def _line(row: parked.FailingRow) -> str:
    state = f"parked {row.parked_at:%Y-%m-%d %H:%M:%S}Z" if row.parked_at else "still tried"
    return f"{row.event_id}  {row.type:<28}  {row.subject:<36}  {row.attempts:>3} attempts  {state}  {row.reason}"
