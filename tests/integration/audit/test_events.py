"""Events that were lost, and those that are too old to tell."""

import json
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner
from sqlalchemy import delete, update

from broker.settings import BrokerSettings
from operations.audit import main
from order_service.store.tables import ORDER_HISTORY
from tests.integration.audit.looking import (
    PATIENCE_SECONDS,
    a_confirmed,
    change,
    disagreeing,
    event_of,
    read,
)
from tests.world import World


def test_a_lost_request_for_credit_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = world.place(ada)
    world.on_its_way.clear()

    expected = {("order", str(order_id)), ("event", event_of(world, order_id, "pending"))}
    assert disagreeing(read(world, broker)) == expected


def test_a_lost_answer_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = world.place(ada)
    world.deliver(world.on_its_way.pop())
    world.on_its_way.clear()

    assert disagreeing(read(world, broker)) == {("order", str(order_id))}


def test_a_lost_cancel_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    world.cancel(order_id)
    world.on_its_way.clear()

    expected = {("order", str(order_id)), ("event", event_of(world, order_id, "cancelled"))}
    assert disagreeing(read(world, broker)) == expected


def test_events_from_before_the_inbox_forgets_are_not_missed(world: World, broker: BrokerSettings, ada: int) -> None:
    change(world.users, delete(world.users.tables.inbox))
    now = datetime.now(UTC)

    assert len(disagreeing(read(world, broker, since=now - timedelta(hours=1)))) == 6
    assert disagreeing(read(world, broker, since=now)) == set()


def test_the_command_misses_no_events_that_the_inbox_may_have_forgotten(
    world: World, broker: BrokerSettings, ada: int, urls: tuple[str, str], in_tmp_path: None
) -> None:
    change(world.users, delete(world.users.tables.inbox))
    change(world.orders, update(ORDER_HISTORY).values(at=datetime.now(UTC) - timedelta(days=30)))
    chosen = {"BROKER_URL": broker.url, "USER_DATABASE_URL": urls[0], "ORDER_DATABASE_URL": urls[1]}
    arguments = ["--json", "--patience", str(PATIENCE_SECONDS)]

    forgotten, remembered = (
        CliRunner(env={**chosen, "INBOX_RETENTION_DAYS": days}).invoke(main, arguments) for days in ("30", "31")
    )

    assert (forgotten.exit_code, json.loads(forgotten.stdout)["disagreeing"]) == (0, [])
    assert (remembered.exit_code, len(json.loads(remembered.stdout)["disagreeing"])) == (1, 6)
