"""Each seeded fault still finds the line that it takes out, and the file of its test."""

from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_seeded_fault_finds_its_line_and_its_test(mutant: Mutant) -> None:
    file, _, test = mutant.test.partition("::")

    assert (ROOT / mutant.file).read_text().count(mutant.line) == 1
    assert f"def {test.partition('[')[0]}(" in (ROOT / file).read_text() or not test
