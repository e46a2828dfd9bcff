"""An AsyncAPI document of ours as a page that is read without scripts, and without any other host."""

import json
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from chassis.api.asyncapi.messages import BINARY
from events.rows import rows

Told = dict[str, Any]


def page(document: Told) -> str:
    """The page; its style sheet is ``events.css`` beside it."""
    events = {name: channel for name, channel in document["channels"].items() if "x-sent-by" in channel}
    text: str = _template().render(
        info=document["info"],
        sections=_sections(document["info"]["description"]),
        channels=events,
        queues=[channel for name, channel in document["channels"].items() if name not in events],
        messages={name: told for name, told in document["components"]["messages"].items() if BINARY not in name},
        schemas=document["components"]["schemas"],
    )
    return text


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("chassis.api", "docs_page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"coded": _coded, "rows": rows, "pretty": _pretty}
    return environment.get_template("events.html")


def _sections(description: str) -> list[tuple[str, str]]:
    intro, *sections = description.split("\n\n## ")
    return [("", intro), *((title, text) for title, _, text in (each.partition("\n\n") for each in sections))]


def _coded(text: str) -> Markup:
    # What stands between backticks is code, as in Markdown.
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # nosec B704 # noqa: S704 - escaped


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
