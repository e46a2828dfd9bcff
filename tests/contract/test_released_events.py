"""What was released goes on being understood: the gate of the events, and the golden examples of every release."""

import json
import shutil
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chassis.api.asyncapi.document import document
from events.catalogue import VERSION
from events.decode import decode
from operations.breaking_events import ADVICE, breaks, main, releases
from operations.event_documents import RELEASED
from tests.contract.planted_events import BREAKING, HARMLESS, PLACED, Told, channel

LATER = datetime(9000, 1, 1, tzinfo=UTC)
EXAMPLES = [
    pytest.param(message, example, id=f"{release['info']['version']}-{name}")
    for release in releases()
    for name, message in release["components"]["messages"].items()
    for example in message["examples"]
]


def with_major(told: Told, major: int) -> Told:
    return {**told, "info": {**told["info"], "version": f"{major}.0.0"}}


@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_somebody_is_told_with_who_and_which_field(what: str) -> None:
    change, words = BREAKING[what]
    before, after = document(), deepcopy(document())

    change(after)

    assert list(breaks(before, after)) == [words]


@pytest.mark.parametrize("what", HARMLESS)
def test_what_breaks_nobody_is_let_through(what: str) -> None:
    before, after = document(), deepcopy(document())

    HARMLESS[what](after)

    assert list(breaks(before, after)) == []


def test_a_new_major_version_may_stop_sending_an_older_one_and_nothing_else() -> None:
    before, after = document(), with_major(deepcopy(document()), 2)

    channel(PLACED, **{"is-sent": False})(after)
    del after["components"]["schemas"]["user.registered.v1"]["properties"]["name"]

    assert [reason.split(": ")[:2] for reason in breaks(before, after)] == [["user.registered.v1", "name"]]


def test_the_events_of_today_break_nobody_who_goes_by_any_release() -> None:
    assert releases()
    assert [reason for released in releases() for reason in breaks(released, document())] == []
    newest = max(tuple(map(int, released["info"]["version"].split("."))) for released in releases())
    assert tuple(map(int, VERSION.split("."))) >= newest


def test_the_command_fails_with_the_reason_and_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(RELEASED, tmp_path, dirs_exist_ok=True)
    (path,) = tmp_path.glob("events-1.0.0.json")
    released = json.loads(path.read_text())
    released["components"]["schemas"][PLACED]["properties"]["currency"] = {"type": "string"}
    path.write_text(json.dumps(released))

    result = CliRunner().invoke(main, [str(tmp_path)])

    assert result.exit_code == 1
    assert f"{PLACED}: currency: was removed: breaks user_service" in result.output
    assert str(ADVICE) in result.output


@pytest.mark.parametrize(("message", "example"), EXAMPLES)
def test_what_a_release_showed_is_read_for_ever(message: dict[str, Any], example: dict[str, Any]) -> None:
    envelope = decode(
        json.dumps(example["payload"]).encode(),
        content_type=message["contentType"],
        headers=example.get("headers", {}),
        routing_key=message["name"],
        now=LATER,
    )

    assert envelope.subject
