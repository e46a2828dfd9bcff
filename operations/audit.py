"""``make audit``: reads the books of the running system, and lists whatever doesn't agree.

Nothing is stopped, locked or written. What a message under way may still settle is listed apart.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NoReturn

import click

from broker.errors import BrokerUnavailable
from chassis.command_settings import EXIT_USAGE
from chassis.errors import Transient
from chassis.settings import Settings, SettingsWrong
from chassis.store.reading import require_tables
from operations.books import Books
from operations.doubts import Doubts
from operations.ledger import Finding
from operations.settings import read_settings
from order_service.service import make_service as order_service
from user_service.service import make_service as user_service

#: Longer than a worker's hands may hide a message: until the broker misses the heartbeats of a host that is gone.
PATIENCE_SECONDS = 30.0
#: What has not stood still after so many times our patience is called under way.
MOST_PATIENCES = 2
PAUSE_SECONDS = 0.5
#: What the inbox is about to forget may be gone before it is asked for, and clocks differ.
FORGETTING = timedelta(hours=1)


@dataclass(frozen=True)
class Report:
    """What was found."""

    disagreeing: list[Finding]
    under_way: list[Finding]
    read: dict[str, int]


def audit(books: Books, patience_seconds: float) -> Report:
    """Read everything once, then look again at each doubt until it is settled, told, or called under way."""
    doubts = Doubts(books.doubts(), patience_seconds)
    disagreeing: list[Finding] = []
    deadline = monotonic() + MOST_PATIENCES * patience_seconds
    while doubts.open:
        now = monotonic()
        moves = books.moves(doubts.open)
        disagreeing += doubts.look(moves, books.again(doubts.open), now)
        if not doubts.open or now > deadline:
            break
        threading.Event().wait(PAUSE_SECONDS)
    disagreeing += books.certain()
    return Report(disagreeing, doubts.open, dict(books.read))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.option(
    "--patience",
    default=PATIENCE_SECONDS,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds for which something has to stand still, with no message under way, before it is told.",
)
@click.option(
    "--events-since",
    type=click.DateTime(),
    help="In UTC. Earlier events are not missed: their claims may be forgotten.  [default: by INBOX_RETENTION_DAYS]",
)
def main(as_json: bool, patience: float, events_since: datetime | None) -> None:  # noqa: FBT001 - click's
    """List every order, reservation, user, event and queue that disagrees.

    Exit 1 if there is any, 0 if not, 2 if the books can't be read.
    """
    try:
        with _open_books(events_since) as books:
            report = audit(books, patience)
    except SettingsWrong as error:
        _give_up(str(error))
    except Transient as error:
        _give_up(f"a database can't be read: {error}")
    except BrokerUnavailable as error:
        _give_up(f"the broker does not answer: {error}")
    click.echo(_as_json(report) if as_json else _as_text(report))
    sys.exit(1 if report.disagreeing else 0)


@contextmanager
def _open_books(events_since: datetime | None) -> Iterator[Books]:
    chosen = read_settings()
    users, orders = (make().store(each) for make, each in zip((user_service, order_service), chosen, strict=True))
    try:
        require_tables(users)
        require_tables(orders)
        yield Books(users, orders, chosen[0].broker, events_since=_remembered_since(chosen[0], events_since))
    finally:
        users.close()
        orders.close()


def _remembered_since(users: Settings, chosen: datetime | None) -> datetime:
    if chosen is not None:
        return chosen.replace(tzinfo=UTC)
    return datetime.now(UTC) - timedelta(days=users.inbox_retention_days) + FORGETTING


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "disagreeing": [_plain(finding) for finding in report.disagreeing],
            "under_way": [_plain(finding) for finding in report.under_way],
            "read": report.read,
        },
        indent=2,
    )


def _plain(finding: Finding) -> dict[str, str]:
    return {"kind": finding.kind, "id": finding.id, "says": finding.says}


def _as_text(report: Report) -> str:
    lines = [f"disagrees: {finding}" for finding in report.disagreeing]
    lines += [f"under way: {finding}" for finding in report.under_way]
    read = ", ".join(f"{number:,} {what}" for what, number in report.read.items())
    found = f"{len(report.disagreeing):,} disagree" if report.disagreeing else "nothing disagrees"
    lines.append(f"{found}, {len(report.under_way):,} under way; read {read}")
    return "\n".join(lines)


def _give_up(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(EXIT_USAGE)


if __name__ == "__main__":
    main()
