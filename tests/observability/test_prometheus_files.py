"""What is deployed for Prometheus and Grafana: valid, tested, current, and with a way out for each alert."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.dashboards.grafana import to_json
from operations.dashboards.pages import PAGES
from tests.observability.prometheus import RULES, hastened, required
from tests.stack import ROOT

DEPLOYED = ROOT / "deploy" / "prometheus"
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
RUNBOOK = ROOT / "docs" / "runbook.md"


def promtool(*arguments: str | Path) -> str:
    """What promtool says; AssertionError where it finds fault."""
    done = subprocess.run(
        [required("promtool"), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def alerts() -> list[dict[str, Any]]:
    """All alert rules."""
    groups = yaml.safe_load((RULES / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def anchors(text: str) -> set[str]:
    """The addresses of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    promtool("test", "rules", DEPLOYED / "tests" / "alerts.yml")

    tested = (DEPLOYED / "tests" / "alerts.yml").read_text()
    assert [alert["alert"] for alert in alerts() if f"name: {alert['alert']} fires" not in tested] == []
    assert [alert["alert"] for alert in alerts() if f"name: {alert['alert']} is quiet" not in tested] == []


def test_each_alert_names_a_section_of_the_runbook() -> None:
    known = {f"docs/runbook.md#{anchor}" for anchor in anchors(RUNBOOK.read_text())}

    assert [alert["alert"] for alert in alerts() if alert["annotations"]["runbook"] not in known] == []


def test_what_is_scraped_under_compose_can_be_read() -> None:
    promtool("check", "config", DEPLOYED / "prometheus.yml")


def test_what_is_scraped_in_kubernetes_can_be_read(tmp_path: Path) -> None:
    config = yaml.safe_load((DEPLOYED / "prometheus.kubernetes.yml").read_text())
    # Debian's Prometheus is built without Kubernetes: all but the discovery itself is checked.
    for job in config["scrape_configs"]:
        (discovery,) = job.pop("kubernetes_sd_configs")
        assert discovery["role"] == "pod"
    config["rule_files"] = [str(RULES / "*.yml")]
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))

    promtool("check", "config", tmp_path / "prometheus.yml")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_in_the_repository_is_what_its_description_says(name: str) -> None:
    assert (DASHBOARDS / f"{name}.json").read_text() == to_json(PAGES[name]), "run: python -m operations.dashboards"


def test_no_page_is_there_that_nobody_describes() -> None:
    assert {path.stem for path in DASHBOARDS.glob("*")} == set(PAGES)
    uids = [json.loads(path.read_text())["uid"] for path in DASHBOARDS.glob("*.json")]
    assert len(set(uids)) == len(uids)


def test_haste_changes_every_window_and_threshold_of_time() -> None:
    text = "".join(hastened(path.read_text()) for path in RULES.glob("*.yml"))

    assert re.findall(r"\[\d+m\]|for: \d+m", text) == []
