"""``docs/events.md``: every event, who sends it, who listens and what it carries; made of the AsyncAPI document."""

import json
from collections.abc import Iterator
from typing import Any

from events.catalogue import BY_TYPE
from events.rows import rows

Told = dict[str, Any]
HEAD = """# Events

Written by `make asyncapi` from [events/catalogue.py](../events/catalogue.py) and the schemas; a test keeps it so.
The same [as AsyncAPI 3.0](asyncapi/events.json) and [as a page](asyncapi/events.html); the JSON Schemas are in
[schemas/](schemas/). [How to add an event](how-to/add-an-event.md), or a new version of one.

"""


def events_page(document: Told) -> str:
    """The page, in Markdown."""
    return HEAD + "\n".join([*_overview(document), *_rules(document), *_each(document)])


def _overview(document: Told) -> Iterator[str]:
    yield "| event | sent by | heard by | subject | data |"
    yield "| --- | --- | --- | --- | --- |"
    for event_type, channel, message, schema in _events(document):
        data = ", ".join(f"`{name}`" for name in schema["properties"])
        heard = ", ".join(channel["x-heard-by"]) or "nobody of ours"
        link = f"[`{event_type}`](#{event_type.replace('.', '')})"
        yield f"| {link} | {channel['x-sent-by']} | {heard} | `{message['x-subject']}` | {data} |"


def _rules(document: Told) -> Iterator[str]:
    _, *sections = document["info"]["description"].split("\n\n## ")
    for title, _, text in (section.partition("\n\n") for section in sections):
        yield f"\n## {title}\n\n{text}"


def _each(document: Told) -> Iterator[str]:
    for event_type, channel, message, schema in _events(document):
        yield f"\n## {event_type}\n\n{message['summary']} {channel['description']}"
        yield "\n| data | type | limits | meaning |\n| --- | --- | --- | --- |"
        for row in rows(schema):
            optional = "" if row.required else ", optional"
            limits = row.limits.replace("|", "\\|")
            yield f"| `{row.name}` | {row.kind}{optional} | {limits} | {row.meaning} |"
        example = json.dumps(message["examples"][0]["payload"], indent=2, ensure_ascii=False)
        yield f"\n```json\n{example}\n```"
    yield ""


def _events(document: Told) -> Iterator[tuple[str, Told, Told, Told]]:
    told = document["components"]
    for event_type in BY_TYPE:
        yield event_type, document["channels"][event_type], told["messages"][event_type], told["schemas"][event_type]
