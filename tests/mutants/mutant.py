"""A seeded fault."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A guarantee, the line that gives it, what stands there without it, and the test that notices."""

    name: str
    file: str
    line: str
    without: str
    test: str
    quick: bool = False
