"""``broker dead-letters``: look at what nobody could handle, send it again, or let it go."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

import click
import structlog

from broker.connection import CONNECTION_ERRORS
from broker.dead_letter import DeadLetter
from broker.dead_letters import Look, NoDeadLetterQueue, SomebodyElseIsLooking, looking
from broker.operator import operator
from broker.plain import plain
from broker.settings import settings_of_the_stack
from events.catalogue import SERVICES

log = structlog.get_logger()

EXIT_USAGE = 2
REPLAYS_PER_SECOND = 50.0


@dataclass(frozen=True)
class Choice:
    """Which dead letters are meant."""

    ids: tuple[str, ...]
    event_type: str | None
    reason: str | None
    everything: bool

    def of(self, look: Look) -> Iterator[DeadLetter]:
        """Those that are meant; ids that are not there end the command before anything is changed."""
        if not self.ids:
            yield from filter(self._is_meant, look.letters())
            return
        found = [letter for letter in look.letters() if self._is_meant(letter)]
        known = {name for letter in found for name in (letter.id, letter.event_id)}
        if missing := [name for name in self.ids if name not in known]:
            _fail(f"no dead letter of {look.service} has the id {', '.join(missing)}")
        yield from found

    def _is_meant(self, letter: DeadLetter) -> bool:
        return (
            (not self.ids or letter.id in self.ids or letter.event_id in self.ids)
            and self.event_type in {None, letter.routing_key}
            and self.reason in {None, letter.reason}
        )


def _choosing(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--all", "everything", is_flag=True, help="All of them."),
        click.option("--type", "event_type", help="Those of this event type."),
        click.option("--reason", help="Those with this reason, as `list` shows it."),
        click.argument("ids", nargs=-1),
        click.argument("service", type=click.Choice(SERVICES)),
    ):
        command = option(command)
    return command


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at what a service could not handle, send it again, or let it go.

    A letter is known by its id, or by its event's. One look at a time: letters are off their queue meanwhile.
    """


@dead_letters.command("list")
@_choosing
@click.option("--json", "as_json", is_flag=True, help="A JSON line for each.")
def list_(*, service: str, as_json: bool, **chosen: object) -> None:
    """List a service's dead letters, oldest first."""
    with _looking(service) as look:
        lines = [json.dumps(_summary(letter)) if as_json else _line(letter) for letter in _choice(chosen).of(look)]
    # Only now: whoever reads it page by page must not keep the letters from their queue.
    for line in lines:
        click.echo(line)
    if not as_json:
        click.echo(f"{len(lines)} dead letters of {service}", err=True)


@dead_letters.command()
@_choosing
def show(service: str, **chosen: object) -> None:
    """Show envelope, reason and body, also of what is no JSON."""
    choice = _needed(chosen)
    with _looking(service) as look:
        for letter in choice.of(look):
            click.echo("\n".join(f"{key:<15}{plain(str(value))}" for key, value in _summary(letter).items()))
            click.echo(_body(letter) + "\n")


@dead_letters.command()
@_choosing
@click.option("--rate", type=click.FloatRange(0.1, 10_000), default=REPLAYS_PER_SECOND, show_default=True)
@click.option("--by", default=operator, help="Who does it; for the log.")
def replay(service: str, rate: float, by: str, **chosen: object) -> None:
    """Send them to this service again, under the same ids; so many a second. Cut off half-way nothing is lost."""
    choice = _needed(chosen)
    number = 0
    try:
        with _looking(service) as look:
            for letter in choice.of(look):
                look.replay(letter, by, datetime.now(UTC))
                _log("dead_letter.replayed", service, letter, by)
                number += 1
                Event().wait(1 / rate)
    finally:
        click.echo(f"{number} sent to {service} again")


@dead_letters.command()
@_choosing
@click.option("--by", default=operator, help="Who does it; for the log.")
def drop(service: str, by: str, **chosen: object) -> None:
    """Let them go for ever."""
    choice = _needed(chosen)
    number = 0
    with _looking(service) as look:
        for letter in choice.of(look):
            look.drop(letter)
            _log("dead_letter.dropped", service, letter, by)
            number += 1
    click.echo(f"{number} dropped")


@contextmanager
def _looking(service: str) -> Iterator[Look]:
    try:
        with looking(settings_of_the_stack(), service) as look:
            yield look
    except (SomebodyElseIsLooking, NoDeadLetterQueue) as error:
        _fail(str(error))
    except BrokenPipeError:
        raise
    except CONNECTION_ERRORS as error:
        _fail(f"the broker does not answer, or did not take it ({f'{type(error).__name__} {error}'.strip()})")


def _choice(chosen: dict[str, object]) -> Choice:
    return Choice(**chosen)  # type: ignore[arg-type] # click has checked them


def _needed(chosen: dict[str, object]) -> Choice:
    if not any(chosen.values()):
        click.echo("say which: ids, --type, --reason, or --all", err=True)
        sys.exit(EXIT_USAGE)
    return _choice(chosen)


def _summary(letter: DeadLetter) -> dict[str, object]:
    summary = {
        "id": letter.id,
        "event_id": letter.event_id,
        "type": letter.routing_key,
        "reason": letter.reason,
        "error": letter.error,
        "traceback": letter.traceback_end,
        "attempts": letter.attempts,
        "failed_at": letter.failed_at,
    }
    return {key: value for key, value in summary.items() if value not in {None, ""}}


def _line(letter: DeadLetter) -> str:
    return plain(
        f"{letter.id:<36}  {letter.failed_at:<32}  {letter.routing_key:<28}  {letter.reason:<18}  {letter.error}"
    )


def _body(letter: DeadLetter) -> str:
    if letter.event is not None:
        return json.dumps(letter.event, indent=2, ensure_ascii=True)
    return f"{len(letter.body)} bytes, no JSON object:\n" + plain(letter.body.decode(errors="backslashreplace"))


def _log(event: str, service: str, letter: DeadLetter, by: str) -> None:
    log.info(event, service=service, id=letter.id, event_id=letter.event_id, type=letter.routing_key, by=by)


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)
