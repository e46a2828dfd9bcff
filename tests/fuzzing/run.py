"""Runs schemathesis against what a document describes."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from tests.fuzzing.outcome import Outcome, read
from tests.stack import BIN, NOTHING, ROOT

CONFIG = Path(__file__).parent / "schemathesis.toml"


@dataclass(frozen=True)
class Plan:
    """How requests are made up, and how many."""

    seed: int
    options: tuple[str, ...]
    #: Whether headers are made up too. Where they are, nobody looks whether what was made is there afterwards.
    headers: bool = True


def one_by_one(seed: int, cases: int) -> Plan:
    """Each operation by itself: by its examples, at its limits, and so many times at random."""
    return Plan(seed, ("--phases", "examples,coverage,fuzzing", "--max-examples", str(cases)))


def in_sequence(seed: int, seconds: int) -> Plan:
    """What follows from the answers, for so long: of histories that differ each time Hypothesis soon has enough."""
    options = ("--phases", "stateful", "--max-examples", "30", "--max-time", str(seconds))
    return Plan(seed, options, headers=False)


def wherever_it_leads(plan: Plan) -> Plan:
    """The same for a caller who is refused nearly everything, of which nobody need be warned."""
    return replace(plan, options=(*plan.options, "--warnings", "off"))


def until_found(check: str, under: str, plan: Plan) -> Plan:
    """Only this check, of the paths below this one, and over as soon as it has failed."""
    only = ("--checks", check, "--include-path-regex", f"^{under}", "--max-failures", "1")
    return replace(plan, options=(*plan.options, *only))


def fuzz(
    plan: Plan, document: str, folder: Path, *, token: str | None = None, hints: Mapping[str, str] = NOTHING
) -> Outcome:
    """Call whatever the document describes, as the token's holder or as a stranger; ``hints`` are for the hooks."""
    report = folder / f"{uuid4().hex}.ndjson"
    command = [str(BIN / "schemathesis"), "--config-file", str(CONFIG), "run", document, "--no-color"]
    command += ["--seed", str(plan.seed), *plan.options]
    command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    command += ["--header", f"Authorization: Bearer {token}"] if token else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FUZZING_HEADERS": str(plan.headers), **hints}
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert report.exists(), told
    return read(report, Outcome(done.returncode, told))
