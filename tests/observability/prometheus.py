"""A private Prometheus that scrapes a stack, by our rules."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.eventually import eventually
from tests.missing import skip_or_fail
from tests.observability.scrapes import address
from tests.servers.ports import free_ports
from tests.stack import ROLES, ROOT, Stack

RULES = ROOT / "deploy" / "prometheus" / "rules"
#: What takes minutes for operators takes seconds here.
WINDOW = "10s"
QUICKLY = (
    (r"\[5m\]", f"[{WINDOW}]"),
    (r"for: \d+m", "for: 1s"),
    (r'older_than_seconds="60"', 'older_than_seconds="10"'),
    (r"oldest_age_seconds:max > 60", "oldest_age_seconds:max > 3"),
    (r"> 1000", "> 20"),
)


def required(program: str) -> str:
    """The path of a program of Debian's package."""
    return shutil.which(program) or skip_or_fail(f"{program} is missing: install Debian's prometheus")


def hastened(rules: str) -> str:
    """The rules with short windows, patience and thresholds; nothing else is changed."""
    for pattern, quick in QUICKLY:
        rules = re.sub(pattern, quick, rules)
    return rules


class Prometheus:
    """What may be asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query; AssertionError with Prometheus' own words if it can't be answered."""
        answer = requests.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=20).json()
        assert answer["status"] == "success", f"{expression}: {answer}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def firing(self) -> dict[str, list[dict[str, str]]]:
        """The alerts that fire just now: name -> labels of each."""
        alerts = requests.get(f"{self.url}/api/v1/alerts", timeout=20).json()["data"]["alerts"]
        found: dict[str, list[dict[str, str]]] = {}
        for alert in alerts:
            if alert["state"] == "firing":
                found.setdefault(alert["labels"]["alertname"], []).append(alert["labels"])
        return found

    def is_ready(self) -> bool:
        """True once it answers."""
        try:
            return requests.get(f"{self.url}/-/ready", timeout=2).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def scraping(stack: Stack, folder: Path) -> Iterator[Prometheus]:
    """A Prometheus that looks at every process of the stack, each second, by the hastened rules."""
    program = required("prometheus")
    (folder / "rules").mkdir(parents=True)
    for path in RULES.glob("*.yml"):
        (folder / "rules" / path.name).write_text(hastened(path.read_text()))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_config(stack)))
    (port,) = free_ports(1)
    command = [program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
               f"--web.listen-address=127.0.0.1:{port}"]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"]})
    try:
        prometheus = Prometheus(f"http://127.0.0.1:{port}")
        eventually(prometheus.is_ready, timeout=30)
        yield prometheus
    finally:
        process.terminate()
        process.wait(20)


def _config(stack: Stack) -> dict[str, Any]:
    targets = [
        {"targets": [address(stack, service, role)], "labels": {"service": f"{service}_service", "process": role}}
        for service in ("user", "order")
        for role in ROLES
    ]
    job = {"job_name": "event-services", "honor_labels": True, "static_configs": targets}
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [job],
    }
