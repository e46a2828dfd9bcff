"""What callers were answered, before, during and after an update, in figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.rolling_update.callers import Answer

PARTS = 100


def figures(answers: Sequence[Answer], phases: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """By phase: calls by what came of them, how long they took, and the longest time without any good answer."""
    return {
        name: _of([answer for answer in answers if begin <= answer.began < end])
        for name, (begin, end) in phases.items()
    }


def _of(answers: Sequence[Answer]) -> dict[str, Any]:
    # Who asked to wait was kept waiting.
    took = sorted(answer.seconds for answer in answers if "wait" not in answer.call)
    return {
        "calls": len(answers),
        "results": dict(sorted(Counter(str(answer.result) for answer in answers).items())),
        "p50_ms": _percentile(took, 50),
        "p99_ms": _percentile(took, 99),
        "longest_ms": _percentile(took, 100),
        "longest_gap_ms": _longest_gap(answers),
    }


def _percentile(took: Sequence[float], percent: int) -> float:
    return round(1000 * took[min(len(took) - 1, len(took) * percent // PARTS)], 1) if took else 0.0


def _longest_gap(answers: Iterable[Answer]) -> float:
    ends = sorted(answer.began + answer.seconds for answer in answers if answer.is_good)
    return round(1000 * max((later - earlier for earlier, later in pairwise(ends)), default=0.0), 1)


def failures(answers: Iterable[Answer]) -> list[str]:
    """Each kind of call that was not answered as it should have been, with what came instead and how often."""
    bad = Counter(f"{answer.call}: {answer.result}" for answer in answers if not answer.is_good)
    return [f"{times} times {what}" for what, times in sorted(bad.items())]
