"""A page as the JSON that Grafana reads."""

import json
from typing import Any

from operations.dashboards.page import Page, Panel

SOURCE = {"type": "prometheus", "uid": "prometheus"}
#: Grafana's grid has 24 columns.
COLUMNS = 24
SIZES = {"stat": (4, 4), "timeseries": (8, 8)}
GREEN = {"color": "green", "value": None}


def to_json(page: Page) -> str:
    """The file's content."""
    board = {
        "uid": page.uid,
        "title": page.title,
        "tags": ["event-services"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["event-services"], "title": "All pages", "asDropdown": False}],
        "panels": _placed(page.panels),
    }
    return json.dumps(board, indent=2) + "\n"


def _placed(panels: tuple[Panel, ...]) -> list[dict[str, Any]]:
    """From left to right, and on."""
    placed: list[dict[str, Any]] = []
    x = y = row_height = 0
    for number, panel in enumerate(panels, start=1):
        width, height = SIZES[panel.kind]
        if x + width > COLUMNS or (row_height and height != row_height):
            x, y = 0, y + row_height
        row_height = height
        placed.append({"id": number, "gridPos": {"x": x, "y": y, "w": width, "h": height}, **_panel(panel)})
        x += width
    return placed


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, **_thresholds(panel)}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": query.expression,
             "legendFormat": query.legend or "__auto"}
            for number, query in enumerate(panel.queries)
        ],
    }  # fmt: skip


def _thresholds(panel: Panel) -> dict[str, Any]:
    if panel.bad_from is None:
        return {}
    return {"thresholds": {"mode": "absolute", "steps": [GREEN, {"color": "red", "value": panel.bad_from}]}}
