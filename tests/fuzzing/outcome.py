"""What a run of schemathesis has shown, read from its report."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Also what a form leads to when all went well.
SEE_OTHER = 303
#: Method and path, as the document has it.
Operation = tuple[str, str]


@dataclass
class Outcome:
    """The tally of a run."""

    #: 0 if every check passed.
    status: int
    #: What schemathesis printed: each failure, with the request that shows it again.
    told: str = field(repr=False)
    cases: int = 0
    passed: int = 0
    #: Which check failed where.
    failed: set[tuple[Operation, str]] = field(default_factory=set)
    #: How often an operation gave an answer of this status to a request that was valid, and to one that wasn't.
    valid: Counter[tuple[Operation, int]] = field(default_factory=Counter)
    invalid: Counter[tuple[Operation, int]] = field(default_factory=Counter)

    @property
    def operations(self) -> set[Operation]:
        """What was called as it is described."""
        return {operation for operation, _ in self.valid}

    @property
    def succeeded(self) -> set[Operation]:
        """What did at least once what it is there for."""
        return {operation for operation, status in self.valid if status < 300 or status == SEE_OTHER}

    def __str__(self) -> str:
        return f"{self.cases} cases, {len(self.operations)} operations, {self.passed} checks passed"


def read(report: Path, outcome: Outcome) -> Outcome:
    """The outcome, with what the report says of each case."""
    for scenario in _scenarios(report):
        for number, case in scenario.get("cases", {}).items():
            operation = case["value"]["method"], case["value"]["path"]
            _count_checks(outcome, operation, scenario.get("checks", {}).get(number, []))
            answer = scenario.get("interactions", {}).get(number, {}).get("response")
            if answer:
                _count_answer(outcome, operation, case["value"], answer["status_code"])
    return outcome


def _scenarios(report: Path) -> Iterator[Mapping[str, Any]]:
    with report.open() as lines:
        for line in lines:
            event = json.loads(line)
            if "ScenarioFinished" in event:
                yield event["ScenarioFinished"]["recorder"]


def _count_checks(outcome: Outcome, operation: Operation, checks: list[Mapping[str, Any]]) -> None:
    outcome.cases += 1
    for check in checks:
        if check["status"] == "success":
            outcome.passed += 1
        else:
            outcome.failed.add((operation, check["name"]))


def _count_answer(outcome: Outcome, operation: Operation, case: Mapping[str, Any], status: int) -> None:
    is_valid = case.get("meta", {}).get("generation", {}).get("mode") == "positive"
    (outcome.valid if is_valid else outcome.invalid)[operation, status] += 1
