"""``python -m operations.dashboards``: write the pages for Grafana."""

from pathlib import Path

from operations.dashboards.grafana import to_json
from operations.dashboards.pages import PAGES

FOLDER = Path("deploy/grafana/dashboards")


def main() -> None:
    """Write each page to its file."""
    for name, page in PAGES.items():
        (FOLDER / f"{name}.json").write_text(to_json(page))


if __name__ == "__main__":
    main()
