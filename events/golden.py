"""The golden example of each event and version: what it looks like on the wire."""

import json
from importlib.resources import files
from typing import Any


def golden(event_type: str) -> dict[str, Any]:
    """The example of this type, in structured mode."""
    text = files("events").joinpath("examples", f"{event_type}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
