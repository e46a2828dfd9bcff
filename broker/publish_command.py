"""``broker publish``: sends events of other systems, checked before they leave, and confirmed."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from broker.command_errors import answering
from broker.confirms import Fate
from broker.connection import declare_topology
from broker.drafts import Drafts, lines
from broker.message import Message
from broker.plain import plain
from broker.publisher import Publisher
from broker.sending import CONFIRM_SECONDS, paced, send
from broker.settings import settings_of_the_stack
from events.catalogue import entry
from events.errors import UnknownType, UnreadableEvent

SOURCE = "/operator"
STDIN = "-"
WHY = {
    Fate.UNROUTABLE: "no queue takes it: run `broker declare`",
    Fate.REFUSED: "the broker refused it",
    Fate.UNKNOWN: "not confirmed; it may have arrived: sent again under the same id it has no effect twice",
}

Given = Iterable[tuple[str, bytes]]


class Sending:
    """What became of all that was to be sent."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        #: Where each message that is on its way came from, oldest first.
        self._places: deque[str] = deque()
        self.sent = self.failed = 0

    def checked(self, given: Given) -> Iterator[Message]:
        """The messages of what is right; what is wrong is told, each in a line."""
        for place, text in given:
            try:
                message = self._drafts.message(text)
            except UnreadableEvent as error:
                self._fail(place, f"{type(error).__name__}: {error}")
            else:
                self._places.append(place)
                yield message

    def are_all_right(self, given: Given) -> bool:
        """True if nothing is wrong with any; else it is told."""
        for _ in self.checked(given):
            self._places.clear()
        return not self.failed

    def settle(self, fates: Iterable[Fate]) -> Iterator[None]:
        """Take the fate of each, in the order in which they were checked."""
        for fate in fates:
            place = self._places.popleft()
            if fate is Fate.CONFIRMED:
                self.sent += 1
            else:
                self._fail(place, WHY[fate])
            yield

    def _fail(self, place: str, why: str) -> None:
        self.failed += 1
        click.echo(plain(f"{place}: {why}"), err=True)


def _attributes(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = {name: value for name, _, value in (text.partition("=") for text in given)}
    if any("=" not in text for text in given) or not all(name.isalnum() and name.islower() for name in pairs):
        raise click.BadParameter("is NAME=VALUE, the name in lower case, such as id=4711")
    return pairs


def _known(_: click.Context, __: click.Parameter, event_type: str | None) -> str | None:
    try:
        if event_type is not None:
            entry(event_type)
    except UnknownType as error:
        raise click.BadParameter(str(error)) from error
    return event_type


@click.command()
@click.argument("event_type", metavar="[TYPE]", required=False, callback=_known)
@click.option("--data", help="The event's data, as JSON.")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, allow_dash=True), help="- for stdin.")
@click.option("--source", help=f"Who sends it.  [default: {SOURCE}]")
@click.option("--subject", help="What it is about; may be left out.")
@click.option("--attribute", "attributes", multiple=True, callback=_attributes, help="NAME=VALUE, such as id=4711.")
@click.option("--count", type=click.IntRange(min=1), help="So many of --data, each under an id of its own.")
@click.option("--rate", type=click.FloatRange(min=0.01), help="At most so many a second.")
def publish(
    *,
    event_type: str | None,
    data: str | None,
    path: str | None,
    source: str | None,
    subject: str | None,
    attributes: dict[str, str],
    count: int | None,
    rate: float | None,
) -> None:
    """Send events, each confirmed by the broker; what its receiver would refuse is refused here.

    With --data one event of TYPE. With --file a JSON line each: data of TYPE, or without TYPE whole events, as
    `broker tail --json` writes them. A file is read to its end first, and nothing is sent if a line is wrong. From
    stdin each line is sent as it comes, and a wrong one left out. Status 1 if anything was not sent.
    """
    named = {key: value for key, value in (("source", source), ("subject", subject)) if value} | attributes
    _require_sense(event_type, data, path, count, named)
    sending = Sending(Drafts(event_type, {"source": SOURCE, **named}))
    if path is None:
        _send_data(sending, str(data).encode(), count or 1, rate)
    elif path == STDIN or not Path(path).is_file():
        with click.open_file(path, "rb") as stream:
            _send(sending, lines(stream), rate, total=None)
    else:
        _send_file(sending, Path(path), rate)
    click.echo(f"{sending.sent} sent" + (f", {sending.failed} not" if sending.failed else ""))
    sys.exit(1 if sending.failed else 0)


def _require_sense(
    event_type: str | None, data: str | None, path: str | None, count: int | None, named: dict[str, str]
) -> None:
    if (data is None) == (path is None):
        raise click.UsageError("give either --data or --file")
    if event_type is None and (data is not None or named):
        raise click.UsageError("--data, --source, --subject and --attribute need a TYPE: whole events have their own")
    if count is not None and data is None:
        raise click.UsageError("--count goes with --data")
    if count is not None and "id" in named:
        raise click.UsageError("--count gives each an id of its own: leave id out")


def _send_data(sending: Sending, data: bytes, count: int, rate: float | None) -> None:
    draft = ("--data", data)
    _require_all_right(sending, [draft])
    _send(sending, repeat(draft, count), rate, total=count)


def _send_file(sending: Sending, path: Path, rate: float | None) -> None:
    with path.open("rb") as stream:
        total = sum(1 for _ in lines(stream))
        stream.seek(0)
        _require_all_right(sending, lines(stream))
        stream.seek(0)
        _send(sending, lines(stream), rate, total=total)


def _require_all_right(sending: Sending, given: Given) -> None:
    if not sending.are_all_right(given):
        click.echo("nothing sent")
        sys.exit(1)


def _send(sending: Sending, given: Given, rate: float | None, *, total: int | None) -> None:
    settings = settings_of_the_stack()
    messages = sending.checked(given)
    with answering():
        declare_topology(settings, "publish")
        publisher = Publisher(settings, name="publish")
        publisher.start()
        try:
            publisher.publish([], CONFIRM_SECONDS)
            with _bar() as bar:
                task = bar.add_task("sending", total=total)
                for _ in sending.settle(send(publisher, paced(messages, rate))):
                    bar.advance(task)
        finally:
            publisher.close()


def _bar() -> Progress:
    """On a terminal alone."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
