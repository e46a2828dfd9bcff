"""The definitions that RabbitMQ imports say what the catalogue and the topology say."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from broker.topology import dead_queue, queues
from events.catalogue import BY_TYPE, ORDERS, SERVICES, types_for
from operations.rabbitmq_definitions import definitions, main, password_hash, text_of
from operations.rabbitmq_users import USERS

FILE = Path("deploy/rabbitmq/definitions.json")
TYPES = set(BY_TYPE)
SENDERS = {each: entry.sender or each.partition(".")[0] for each, entry in BY_TYPE.items()}
NAMES = [user.name for user in USERS]
QUEUES = {queue.name for service in SERVICES for queue in queues(service, (1, 30, 600))}


def allowed(section: str, user: str, what: str, names: set[str]) -> set[str]:
    """Those of the names that the user's pattern lets through, as RabbitMQ reads it."""
    (found,) = (each for each in definitions({})[section] if each["user"] == user)
    return {name for name in names if re.search(found[what], name)}


def test_the_file_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(main, [], env={"RETRY_DELAYS_SECONDS": None}).output

    assert FILE.read_text() == printed == text_of(definitions({}))


def test_the_file_lets_nobody_in() -> None:
    assert "password" not in FILE.read_text()


@pytest.mark.parametrize("user", NAMES)
def test_a_user_may_send_just_the_types_that_the_catalogue_lets_it_send(user: str) -> None:
    assert allowed("topic_permissions", user, "write", TYPES) == {each for each in TYPES if SENDERS[each] == user}


def test_every_sender_of_the_catalogue_has_a_user() -> None:
    assert set(SENDERS.values()) <= set(NAMES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_hear_just_the_types_that_it_handles(service: str) -> None:
    assert allowed("topic_permissions", service, "read", TYPES) == set(types_for(service))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_make_its_own_queues_and_no_others(service: str) -> None:
    own = {queue.name for queue in queues(service, (1, 30, 600))}

    assert allowed("permissions", service, "configure", QUEUES) == own
    assert allowed("permissions", service, "write", QUEUES) == own
    assert allowed("permissions", service, "read", QUEUES) == own - {dead_queue(service)}


@pytest.mark.parametrize("user", sorted(set(NAMES) - set(SERVICES)))
def test_nobody_else_may_make_queues_of_ours(user: str) -> None:
    assert allowed("permissions", user, "configure", QUEUES | {"events"}) == set()


def test_nobody_may_make_or_remove_the_exchange() -> None:
    assert [user for user in NAMES if allowed("permissions", user, "configure", {"events"})] == []


def test_a_name_that_merely_contains_a_permitted_one_is_none() -> None:
    names = {f"x{ORDERS}", f"{ORDERS}2", f"{ORDERS}.retry.1s.more", f"{ORDERS}\n"}

    assert allowed("permissions", ORDERS, "configure", names) <= {f"{ORDERS}\n"}


def test_a_password_is_hashed_as_rabbitmq_s_own_example() -> None:
    hashed = password_hash("test12", bytes.fromhex("908DC60A"))

    assert hashed == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_passwords_come_from_a_file_for_each_user_and_leave_as_hashes(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text(f"secret of {name}\n")

    printed = CliRunner().invoke(main, ["--passwords", str(tmp_path)]).output

    assert "secret" not in printed
    assert all(len(user["password_hash"]) == 48 for user in json.loads(printed)["users"])


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_password_that_is_missing_is_told_and_nothing_is_printed(tmp_path: Path, content: str | None) -> None:
    for name in NAMES[1:]:
        (tmp_path / name).write_text("secret")
    if content is not None:
        (tmp_path / NAMES[0]).write_text(content)

    result = CliRunner().invoke(main, ["--passwords", str(tmp_path)])

    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path / NAMES[0]) in result.stderr
