"""``broker tail``: events as they pass, for people or for programs."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from time import monotonic
from typing import Any

import click

from broker.command_errors import answering, has_reader, say
from broker.plain import plain
from broker.settings import settings_of_the_stack
from broker.tail import Passing, watching
from events.content_modes import attributes_and_data
from events.errors import UnreadableEvent
from events.fields import format_time

#: What a person reads first of an event; the rest follows by name.
FIRST = ("time", "type", "source")
DULL = {*FIRST, "specversion", "datacontenttype", "dataschema", "data"}


@click.command()
@click.argument("pattern", default="#")
@click.option("--json/--pretty", "as_json", default=None, help="Pretty on a terminal, else a JSON line each.")
@click.option("--count", type=click.IntRange(min=1), help="End after so many.")
@click.option("--timeout", type=click.FloatRange(min=0), help="End after so many seconds; 1 if short of --count.")
def tail(pattern: str, *, as_json: bool | None, count: int | None, timeout: float | None) -> None:
    """Show events as they pass, until Ctrl-C. In PATTERN * stands for one word and # for any number.

    A JSON line is the event in CloudEvents' JSON format, whichever mode it was sent in, as `broker publish --file`
    takes it. What is no event has the key `error`.
    """
    chosen = not sys.stdout.isatty() if as_json is None else as_json
    with suppress(KeyboardInterrupt), answering():
        seen = _show(pattern, _line if chosen else _paragraph, count, timeout)
        if count and seen < count:
            click.echo(f"{seen} of {count} in {timeout:g} seconds", err=True)
            sys.exit(1)


def _show(pattern: str, form: Callable[[Passing], str], count: int | None, timeout: float | None) -> int:
    seen, ends_at = 0, inf if timeout is None else monotonic() + timeout
    with watching(settings_of_the_stack(), pattern, lambda: monotonic() < ends_at and has_reader()) as messages:
        click.echo(f"watching {pattern}", err=True)
        for message in messages:
            say(form(message))
            seen += 1
            if seen == count:
                break
    return seen


def _line(message: Passing) -> str:
    try:
        return json.dumps(_event(message), default=_text)
    except RecursionError:
        return json.dumps(_no_event(message, "nested too deeply"))


def _paragraph(message: Passing) -> str:
    event = json.loads(_line(message))
    if "error" in event:
        why = click.style(plain(event["error"]), fg="red")
        return f"{plain(event['routing_key'])}  {why}\n    {plain(event['body'])}"
    time, event_type, source = (plain(str(event.get(name, "-"))) for name in FIRST)
    rest = "  ".join(plain(f"{name} {value}") for name, value in event.items() if name not in DULL)
    data = plain(json.dumps(event["data"], ensure_ascii=False))
    return f"{time}  {click.style(event_type, bold=True)}  {source}\n    {click.style(rest, dim=True)}\n    {data}"


def _event(message: Passing) -> dict[str, Any]:
    try:
        attributes, data = attributes_and_data(message.body, message.content_type, message.headers)
    except UnreadableEvent as error:
        return _no_event(message, f"{type(error).__name__}: {error}")
    return {**attributes, "data": data}


def _no_event(message: Passing, error: str) -> dict[str, Any]:
    body = message.body.decode(errors="backslashreplace")
    return {"routing_key": message.routing_key, "error": error, "content_type": message.content_type, "body": body}


def _text(value: object) -> str:
    return format_time(value.replace(tzinfo=value.tzinfo or UTC)) if isinstance(value, datetime) else str(value)
