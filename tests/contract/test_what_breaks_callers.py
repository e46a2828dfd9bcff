"""The gate against broken callers: it finds what breaks them, and lets through what doesn't."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from operations.openapi import FOLDER
from tests.contract.breaking import breaks
from tests.contract.planted import BREAKING, HARMLESS, Change, Told


def changed(service: str, change: Change) -> tuple[Told, Told]:
    before = json.loads((FOLDER / f"{service}.json").read_text())
    after = deepcopy(before)
    change(after)
    return before, after


@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_callers_is_found_and_named(what: str, oasdiff: str, tmp_path: Path) -> None:
    service, change, named = BREAKING[what]
    before, after = changed(service, change)

    broken = breaks(before, after, oasdiff=oasdiff, folder=tmp_path)

    assert any(named in reason for reason in broken), broken


@pytest.mark.parametrize("what", HARMLESS)
def test_what_breaks_nobody_is_let_through(what: str, oasdiff: str, tmp_path: Path) -> None:
    before, after = changed(*HARMLESS[what])

    assert breaks(before, after, oasdiff=oasdiff, folder=tmp_path) == []
