"""``docs/how-to/add-an-event.md`` is true: whoever follows it has an event that passes."""

from pathlib import Path

import pytest

from tests.how_to import Block, blocks, copy, follow, run
from tests.stack import ROOT

PAGE = ROOT / "docs" / "how-to" / "add-an-event.md"
BUDGETS = "tests/integration/test_budgets.py"
BUDGET = f"{BUDGETS}::test_nothing_takes_more_statements_than_it_should"
#: What holds the rest together: golden examples, documents, rights, arrows between subscriptions and catalogue.
HELD = (
    "tests/contract/test_events_on_the_wire.py",
    "tests/contract/test_event_documents.py",
    "tests/deployment/test_definitions.py",
    f"{BUDGETS}::test_every_route_and_every_event_has_its_budget",
)
GATE = "operations.breaking_events"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy(tmp_path / "repository")


def passes(folder: Path, *tests: str) -> None:
    """The new test and those that hold the rest are green, and the code is in form."""
    options = (
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-k",
        "not official_parser and not postgresql and not mysql and not mariadb",
    )
    done = run(folder, "pytest", *options, *tests, *HELD)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    form = run(folder, "ruff", "check", "-q", ".")
    assert form.returncode == 0, form.stdout
    assert run(folder, "ruff", "format", "--check", "-q", ".").returncode == 0


def new_test(some: list[Block]) -> str:
    return next(block.file for block in some if block.file.startswith("tests/"))


def test_who_follows_it_has_a_new_event_and_then_an_optional_field(folder: Path) -> None:
    adding = list(blocks(PAGE, "Add an event"))
    for block in adding:
        follow(block, folder)
    passes(folder, new_test(adding), f"{BUDGET}[billing.account_closed.v1]")
    assert (folder / "docs/asyncapi/released/events-1.1.0.json").exists()

    for block in blocks(PAGE, "Add an optional field"):
        follow(block, folder)

    assert run(folder, "pytest", "-q", "-p", "no:cacheprovider", new_test(adding)).returncode == 0


def test_who_follows_it_has_a_new_version_beside_the_old_one(folder: Path) -> None:
    versioning = list(blocks(PAGE, "Make a new version"))
    told = next(number for number, block in enumerate(versioning) if block.kind == "text")
    for block in versioning[:told]:
        follow(block, folder)
    gate = run(folder, GATE)
    assert (gate.returncode, gate.stdout) == (1, versioning[told].text)

    for block in versioning[told:]:
        follow(block, folder)

    leaving = "tests/component/test_leaving.py"
    passes(folder, new_test(versioning), leaving, f"{BUDGET}[user.deactivated.v2]")
