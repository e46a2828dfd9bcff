"""The gate of the events: what was released goes on being understood, by who hears it and by who sends it.

``python -m operations.breaking_events`` compares the events of today with every release under
``docs/asyncapi/released``, names who would break and by which field, and then exits 1.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from chassis.api.asyncapi.document import OTHERS, document
from operations.event_documents import RELEASED
from operations.schema_changes import Change, changes

Told = dict[str, Any]
ADVICE = "Add an optional field instead, or make a new version beside the old one: docs/how-to/add-an-event.md"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=RELEASED)
def main(folder: Path) -> None:
    """Exit 1 if an event changed in a way that breaks somebody."""
    broken = sorted({reason for released in releases(folder) for reason in breaks(released, document())})
    for reason in broken:
        click.echo(reason)
    if broken:
        sys.exit(ADVICE)


def releases(folder: Path = RELEASED) -> list[Told]:
    """Every released document."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def breaks(old: Told, new: Told) -> Iterator[str]:
    """Who is broken by what, if what the old document says becomes what the new one says: a sentence for each."""
    majors = [int(told["info"]["version"].split(".")[0]) for told in (old, new)]
    for event_type, was in _events(old).items():
        now = _events(new).get(event_type)
        if now is None:
            yield f"{event_type}: is gone: breaks {_readers(was, since=False)}"
            continue
        yield from _parties(event_type, was, now, retiring=majors[1] > majors[0])
        for change in changes(*(told["components"]["schemas"][event_type] for told in (old, new))):
            yield from _of_data(event_type, was, change)


def _events(told: Told) -> dict[str, Told]:
    subjects = {name: each["x-subject"] for name, each in told["components"]["messages"].items()}
    return {
        name: {**channel, "x-subject": subjects[name]}
        for name, channel in told["channels"].items()
        if "x-sent-by" in channel
    }


def _parties(event_type: str, was: Told, now: Told, *, retiring: bool) -> Iterator[str]:
    for word, verb in (("x-sent-by", "is sent by"), ("x-subject", "is about")):
        if was[word] != now[word]:
            yield f"{event_type}: {verb} {now[word]}, not {was[word]}: breaks {_readers(was, since=False)}"
    if was["x-is-sent"] and not now["x-is-sent"] and not retiring:
        yield f"{event_type}: is not sent any more: breaks {_readers(was, since=False)}"
    if was["x-sent-by"] == OTHERS:
        for listener in sorted(set(was["x-heard-by"]) - set(now["x-heard-by"])):
            yield f"{event_type}: {listener} does not listen any more: breaks {_senders(was)}"


def _of_data(event_type: str, was: Told, change: Change) -> Iterator[str]:
    told = f"{event_type}: {change.field or 'data'}: {change.what}"
    if was["x-sent-by"] == OTHERS:
        if change.narrows:
            yield f"{told}: breaks {_senders(was)}"
        return
    if change.widens:
        yield f"{told}: breaks {_readers(was, since=False)}"
    elif change.narrows:
        yield f"{told}: breaks {_readers(was, since=True)}"


def _senders(was: Told) -> str:
    """Other systems go on sending what they were told to."""
    return f"the other systems that send it to {', '.join(was['x-heard-by'])}"


def _readers(was: Told, *, since: bool) -> str:
    """Who reads it: what comes from now on, or what was sent before and still lies in a queue or is replayed."""
    if since:
        return f"{', '.join(was['x-heard-by']) or 'who looks back'}, for what was sent before"
    return ", ".join((*was["x-heard-by"], "the other systems that subscribe"))


if __name__ == "__main__":
    main()
