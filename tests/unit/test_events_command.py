"""`events` tells of every event what there is to know."""

import json
import tomllib
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from events.catalogue import BY_TYPE
from operations.events import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_list_has_every_event_with_who_sends_it_and_who_listens() -> None:
    rows = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]

    assert [row["type"] for row in rows] == list(BY_TYPE)
    assert rows[9] == {
        "type": "order.placed.v1",
        "sender": "order_service",
        "listeners": ["user_service"],
        "subject": "order_id",
    }


def test_for_people_the_list_has_a_heading_and_a_line_each() -> None:
    heading, *lines = run("list").stdout.splitlines()

    assert heading.split() == ["TYPE", "SENT", "BY", "HEARD", "BY", "ABOUT"]
    assert len(lines) == len(BY_TYPE)
    assert lines[-1].split() == ["billing.credit_limit_set.v1", "other", "systems", "user_service", "user_id"]


@pytest.mark.parametrize("event_type", BY_TYPE)
def test_what_is_shown_of_an_event_holds_together(event_type: str) -> None:
    example = json.loads(run("show", event_type, "--example").stdout)
    schema = json.loads(run("show", event_type, "--schema").stdout)
    page = run("show", event_type)

    jsonschema.validate(example["data"], schema)
    assert example["type"] == event_type
    assert page.exit_code == 0
    assert all(word in page.stdout for word in (event_type, "sent by", "heard by", "subject", example["id"]))


def test_an_example_fits_into_a_line_so_that_it_can_be_published() -> None:
    assert len(run("show", "catalog.product_listed.v1", "--example").stdout.splitlines()) == 1


def test_an_unknown_type_ends_with_2_and_tells_what_is_close() -> None:
    result = run("show", "order.plced")

    assert result.exit_code == 2
    assert "did you mean order.placed.v1" in result.stderr


def test_the_script_is_this_command() -> None:
    scripts = tomllib.loads(Path("pyproject.toml").read_text())["project"]["scripts"]
    module, _, function = scripts["events"].partition(":")

    assert getattr(import_module(module), function) is main
