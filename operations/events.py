"""``events``: which events there are, what each looks like, who sends it and who listens."""

import inspect
import json
from pathlib import Path
from typing import Any

import click

import events
from events.catalogue import CATALOGUE, SERVICES, Entry, entry
from events.errors import UnknownType
from events.json_schema import json_schema

EXAMPLES = Path(events.__file__).parent / "examples"
OTHERS = "other systems"


def _known(_: click.Context, __: click.Parameter, event_type: str) -> Entry:
    try:
        return entry(event_type)
    except UnknownType as error:
        raise click.BadParameter(str(error)) from error


@click.group()
def main() -> None:
    """Look into the catalogue of events."""


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON line for each.")
def list_(*, as_json: bool) -> None:
    """List every event: its type, who sends it, who listens, what it is about."""
    if not as_json:
        click.echo(_columns("type", "sent by", "heard by", "about").upper())
    for row in map(_row, CATALOGUE):
        click.echo(json.dumps(row) if as_json else _line(row))


@main.command()
@click.argument("known", metavar="TYPE", callback=_known)
@click.option("--schema", "part", flag_value="schema", help="The JSON Schema of its data alone.")
@click.option("--example", "part", flag_value="example", help="An example alone, in one line.")
def show(known: Entry, part: str | None) -> None:
    """Show one event: what it means, who sends it, who listens, the schema of its data, an example."""
    event_type = known.event.type
    example = json.loads((EXAMPLES / f"{event_type}.json").read_text())
    if part == "example":
        click.echo(json.dumps(example))
    elif part == "schema":
        click.echo(json.dumps(json_schema(event_type), indent=2))
    else:
        click.echo(_page(known, example))


def _row(known: Entry) -> dict[str, Any]:
    return {
        "type": known.event.type,
        "sender": known.sender or OTHERS,
        "listeners": list(known.listeners),
        "subject": known.event.subject_field,
    }


def _line(row: dict[str, Any]) -> str:
    return _columns(row["type"], row["sender"], ", ".join(row["listeners"]) or "-", row["subject"])


def _columns(event_type: str, sender: str, listeners: str, subject: str) -> str:
    return f"{event_type:<30}  {sender:<14}  {listeners:<14}  {subject}"


def _page(known: Entry, example: dict[str, Any]) -> str:
    row = _row(known)
    ours = " or ".join(f"/{service}" for service in SERVICES)
    source = f"/{known.sender}" if known.sender else f"any but {ours}"
    return "\n".join(
        (
            row["type"],
            f"  {inspect.getdoc(known.event)}",
            "",
            f"sent by    {row['sender']} (source: {source})",
            f"heard by   {', '.join(row['listeners']) or 'no service of ours'}, and whoever subscribes",
            f"subject    {row['subject']}",
            "",
            f"data, as JSON Schema\n{json.dumps(json_schema(row['type']), indent=2)}",
            "",
            f"example\n{json.dumps(example, indent=2)}",
        )
    )


if __name__ == "__main__":
    main()
