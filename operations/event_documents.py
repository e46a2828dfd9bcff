"""``make asyncapi``: writes what the events look like to ``docs``, to be read, compared and released.

JSON Schemas to ``docs/schemas``, AsyncAPI and its page to ``docs/asyncapi``, and ``docs/events.md``. A released
document is never written over: what it promised holds for ever.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from chassis.api.asyncapi.document import document
from chassis.api.asyncapi.page import page
from chassis.api.docs import OURS
from events.catalogue import BY_TYPE, SERVICES, VERSION
from events.json_schema import json_schema
from operations.events_page import events_page

DOCS = Path("docs")
FOLDER = DOCS / "asyncapi"
RELEASED = FOLDER / "released"
WHOLE = FOLDER / "events.json"


@click.command()
@click.option("--release", is_flag=True, help="Keep the whole as that of its version too.")
def main(*, release: bool) -> None:
    """Write all documents of the events."""
    files = documents()
    for path, text in files.items():
        _write(path, text)
    for stray in sorted({*(DOCS / "schemas").glob("*.json")} - files.keys()):
        stray.unlink()
    if release:
        path = RELEASED / f"events-{VERSION}.json"
        if path.exists():
            sys.exit(f"{path} is there already: a release stays as it is. Raise VERSION in events/catalogue.py.")
        _write(path, files[WHOLE])


def documents() -> dict[Path, str]:
    """Each file and what has to stand in it."""
    return {
        **{DOCS / "schemas" / f"{each}.json": _text(json_schema(each)) for each in sorted(BY_TYPE)},
        **{FOLDER / f"{service}.json": _text(document([service])) for service in SERVICES},
        WHOLE: _text(document()),
        FOLDER / "events.html": page(document()),
        FOLDER / "events.css": (OURS / "events.css").read_text(),
        DOCS / "events.md": events_page(document()),
    }


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    click.echo(path)


if __name__ == "__main__":
    main()
