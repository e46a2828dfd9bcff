"""The documents of the events under ``docs`` are current, and AsyncAPI's own parser finds nothing wrong with them."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from chassis.api.asyncapi.document import document
from events.catalogue import BY_TYPE, CATALOGUE, SERVICES, types_for
from operations.event_documents import FOLDER, WHOLE, documents
from tests.described import Document
from tests.missing import skip_or_fail
from tests.node import PROGRAMS
from tests.stack import ROOT

PARSER = PROGRAMS.parent / "@asyncapi" / "parser"
DOCUMENTS = documents()
ASYNCAPI = sorted(str(path) for path in FOLDER.glob("*.json"))


def parsed(*paths: str) -> subprocess.CompletedProcess[str]:
    """What the official parser says of these documents."""
    if not PARSER.exists():
        skip_or_fail("no @asyncapi/parser: run `npm ci --prefix tests/node`")
    script = str(ROOT / "tests" / "node" / "asyncapi.mjs")
    return subprocess.run(["node", script, *paths], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_a_document_is_current(path: Path) -> None:
    assert path.read_text() == DOCUMENTS[path], "run `make asyncapi`, and commit what it writes"


def test_no_schema_lies_about_of_an_event_that_is_none() -> None:
    assert {path.stem for path in Path("docs/schemas").glob("*.json")} == BY_TYPE.keys()


def test_the_official_parser_takes_every_document() -> None:
    done = parsed(*ASYNCAPI)

    assert len(ASYNCAPI) == len(SERVICES) + 1
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_official_parser_would_tell_of_a_wrong_one(tmp_path: Path) -> None:
    wrong: dict[str, dict[str, Any]] = {name: deepcopy(document()) for name in ("channel", "binding")}
    del wrong["channel"]["channels"]["order.placed.v1"]
    wrong["binding"]["channels"]["order.placed.v1"]["bindings"]["amqp"]["exchange"]["type"] = "other"
    for name, told in wrong.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(told))

    done = parsed(*(str(tmp_path / f"{name}.json") for name in wrong))

    assert done.returncode == 1
    assert [name for name in wrong if f"{name}.json: severity 0" not in done.stdout] == []


@pytest.mark.parametrize("part", ["payload", "headers"])
def test_the_examples_are_what_their_schemas_allow(part: str) -> None:
    told = document()["components"]["messages"]
    shown = {name: message["examples"][0] for name, message in told.items() if part in message["examples"][0]}
    whole = Document(document())

    wrong = {
        name: whole.invalid(example[part], "components", "messages", name, part) for name, example in shown.items()
    }

    assert len(wrong) >= 3
    assert {name: reasons for name, reasons in wrong.items() if reasons} == {}


def test_every_event_is_sent_and_received_as_the_catalogue_says() -> None:
    told = {
        (name.split(".")[0], each["action"], each["channel"]["$ref"].removeprefix("#/channels/"))
        for name, each in json.loads(WHOLE.read_text())["operations"].items()
    }

    sent = {(entry.sender, "send", each) for entry in CATALOGUE if entry.sender for each in entry.told_types}
    received = {(service, "receive", each) for service in SERVICES for each in types_for(service)}
    assert told == sent | received


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_tells_of_its_own_events_alone(service: str) -> None:
    told = document([service])

    entries = (entry for entry in CATALOGUE if service in {entry.sender, *entry.listeners})
    own = {each for entry in entries for each in entry.types}
    assert told["components"]["schemas"].keys() == own
    assert {name.split(".")[0] for name in told["operations"]} == {service}
