"""Runs as JSON in `bench/results/`: each under its time, and what is newest of each row as `latest.json`."""

import json
import os
import platform
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.findings import Finding
from bench.servers import Servers, filesystem

FOLDER = Path(__file__).parent / "results"
LATEST = FOLDER / "latest.json"
#: Whose versions matter.
LIBRARIES = (
    *("flask", "granian", "gunicorn", "pika", "psycopg", "sqlalchemy"),
    *("faststream", "celery", "kombu", "dramatiq"),
)


@dataclass(frozen=True)
class Results:
    """One run: when, on what, how much, and what was found."""

    at: str
    machine: dict[str, Any]
    scale: float
    findings: list[Finding]

    def save(self, path: Path | None = None) -> Path:
        """Write it down, under its time if nothing else is said."""
        FOLDER.mkdir(exist_ok=True)
        path = path or FOLDER / f"{self.at.replace(':', '')}.json"
        content = {**vars(self), "findings": [each.as_json() for each in self.findings]}
        path.write_text(json.dumps(content, indent=1) + "\n")
        return path

    def over(self, earlier: "Results") -> "Results":
        """This run, and of an earlier one what was not measured again."""
        all_of_them = {each.name: each for each in (*earlier.findings, *self.findings)}
        return replace(self, findings=list(all_of_them.values()))

    def in_order(self, names: list[str]) -> "Results":
        """What has one of these names, in their order."""
        return replace(self, findings=sorted(self.findings, key=lambda each: names.index(each.name)))


def results(servers: Servers, scale: float, found: list[Finding], load_before: float) -> Results:
    """Of the run that is just over; ``load_before`` is how busy the machine was, as Linux counts it."""
    about = {"load_before": round(load_before, 1), **machine(servers)}
    return Results(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", about, scale, found)


def load(path: Path = LATEST) -> Results:
    """A run that was written down."""
    content = json.loads(path.read_text())
    return Results(**{**content, "findings": [Finding.from_json(each) for each in content["findings"]]})


def machine(servers: Servers) -> dict[str, Any]:
    """What it ran on, as far as it matters, and nothing that tells whose it is."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "data_on": filesystem(),
        "python": platform.python_version(),
        "rabbitmq": servers.rabbitmq.ctl("version").strip(),
        "postgresql": servers.postgresql.version(),
        **{library: version(library) for library in LIBRARIES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
