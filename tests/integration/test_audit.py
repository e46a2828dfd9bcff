"""The audit: what disagrees is told by id, what is under way is told apart, and nothing else is."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, update

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from broker.topology import dead_queue, retry_queue
from chassis.errors import StoreUnavailable
from chassis.messaging.handling import handle_once
from chassis.store import outbox
from chassis.store.reading import PAGE, read_only, require_tables
from chassis.store.store import Store
from events.external import OrderRequested, RequestedLine
from operations.audit import Report, audit, main
from operations.books import Books
from order_service.store.tables import ORDER_HISTORY, ORDERS
from order_service.subscriptions import SUBSCRIPTIONS as ORDER_SUBSCRIPTIONS
from order_service.use_cases.place_order import place_order
from tests import brokers, stores
from tests.matrix import DATABASES
from tests.servers.databases import both_databases
from tests.stores import add_user, cancelled, envelope, migrated, opened, placed
from tests.world import PRICE, World
from user_service.domain.reservation import ReservationStatus
from user_service.store import audit as user_store
from user_service.store.tables import RESERVATIONS, USERS
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS

PATIENCE_SECONDS = 0.1
Found = set[tuple[str, str]]


@pytest.fixture(params=list(DATABASES))
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database for each service."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'users.sqlite'}", f"sqlite:///{tmp_path / 'orders.sqlite'}"
        return
    with both_databases(request.getfixturevalue(f"{request.param}_url")) as settings:
        yield settings["USER_DATABASE_URL"], settings["ORDER_DATABASE_URL"]


@pytest.fixture
def world(urls: tuple[str, str]) -> Iterator[World]:
    with migrated(stores.USERS, urls[0]) as users, migrated(stores.ORDERS, urls[1]) as orders:
        yield World(users, orders)


@pytest.fixture
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no stack is up whose settings would be taken."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def broker(embedded_url: str) -> BrokerSettings:
    settings = BrokerSettings(embedded_url)
    declare_topology(settings, "test")
    return settings


@pytest.fixture
def ada(world: World) -> int:
    """A user with credit for three lamps, of whom one order is confirmed, one rejected and one cancelled."""
    user_id = add_user(world.users, limit=3 * PRICE)
    taken_back = world.place(user_id)
    world.settle()
    world.cancel(taken_back)
    for _ in range(4):
        world.place(user_id)
    world.settle()
    return user_id


def read(world: World, broker: BrokerSettings, since: datetime | None = None) -> Report:
    return audit(Books(world.users, world.orders, broker, events_since=since), PATIENCE_SECONDS)


def disagreeing(report: Report) -> Found:
    """Kind and id of all that disagrees, where nothing is under way."""
    assert report.under_way == []
    return {(each.kind, each.id) for each in report.disagreeing}


def under_way(report: Report) -> Found:
    """Kind and id of all that is under way, where nothing disagrees."""
    assert report.disagreeing == []
    return {(each.kind, each.id) for each in report.under_way}


def a_confirmed(world: World) -> UUID:
    with world.orders.connection(writes=False) as connection:
        found: UUID = connection.scalars(select(ORDERS.c.id).where(ORDERS.c.status == "confirmed")).first()
    return found


def change(store: Store[Any], statement: Any) -> None:
    """What no code of ours would do."""
    with store.connection(writes=True) as connection:
        connection.execute(statement)


def event_of(world: World, order_id: UUID, status: str) -> str:
    """The id of the event that told of this step."""
    columns = ORDER_HISTORY.c
    query = select(columns.event_id).where(columns.order_id == order_id, columns.status == status)
    with world.orders.connection(writes=False) as connection:
        return str(connection.scalar(query))


def test_what_the_services_wrote_agrees_and_is_counted(world: World, broker: BrokerSettings, ada: int) -> None:
    report = read(world, broker)

    assert disagreeing(report) == set()
    assert report.read == {"orders": 5, "reservations": 5, "users": 1, "events": 6}


def test_an_order_that_began_as_rejected_asked_nobody(world: World, broker: BrokerSettings) -> None:
    requested = OrderRequested(order_id=uuid4(), user_id=1, lines=(RequestedLine(sku="ghost", quantity=1),))
    handle_once(world.orders, ORDER_SUBSCRIPTIONS, [envelope(requested, source="/shop")])
    world.fetch()

    assert disagreeing(read(world, broker)) == set()


def test_a_user_whose_reservations_sum_up_to_something_else_is_told(
    world: World, broker: BrokerSettings, ada: int
) -> None:
    change(world.users, update(USERS).where(USERS.c.id == ada).values(reserved_cents=USERS.c.reserved_cents + 1))

    assert disagreeing(read(world, broker)) == {("user", str(ada))}


def test_a_reservation_over_another_amount_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.users, update(RESERVATIONS).where(RESERVATIONS.c.order_id == order_id).values(amount_cents=1))

    assert disagreeing(read(world, broker)) == {("reservation", str(order_id)), ("user", str(ada))}


def test_a_confirmed_order_without_its_reservation_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.users, delete(RESERVATIONS).where(RESERVATIONS.c.order_id == order_id))

    assert disagreeing(read(world, broker)) == {("order", str(order_id)), ("user", str(ada))}


def test_a_reservation_without_its_order_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    order_id = a_confirmed(world)
    change(world.orders, delete(ORDERS).where(ORDERS.c.id == order_id))

    assert disagreeing(read(world, broker)) == {("reservation", str(order_id))}


def test_a_tombstone_without_its_order_is_not_told(world: World, broker: BrokerSettings, ada: int) -> None:
    handle_once(world.users, USER_SUBSCRIPTIONS, [envelope(cancelled(placed(ada)), sequence=2)])

    assert disagreeing(read(world, broker)) == set()


def test_a_reservation_for_a_user_who_is_not_there_is_told(world: World, broker: BrokerSettings, ada: int) -> None:
    change(world.users, delete(USERS))

    reserved = {each.id for each in read(world, broker).disagreeing if "who is not there" in each.says}

    assert len(reserved) == 3
    assert str(a_confirmed(world)) in reserved


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


def test_what_waits_in_an_outbox_is_under_way_until_it_is_parked(
    world: World, broker: BrokerSettings, ada: int
) -> None:
    with world.orders.writing() as unit_of_work:
        order_id = place_order(uuid4(), ada, [("lamp", 1)], unit_of_work).id
    event_id = event_of(world, order_id, "pending")
    expected = {("order", str(order_id)), ("event", event_id)}

    waiting = read(world, broker)
    table = world.orders.tables.outbox
    with world.orders.connection(writes=True) as connection:
        (row,) = outbox.waiting(connection, table, 10)
        outbox.park(connection, table, row, "unroutable")
    parked = read(world, broker)

    assert under_way(waiting) == expected
    assert disagreeing(parked) == expected
    assert any(each.id == event_id and "parked" in each.says for each in parked.disagreeing)


@pytest.mark.parametrize("queue", ["user_service", retry_queue("user_service", 600)])
def test_while_a_queue_holds_messages_what_they_may_settle_is_under_way(
    world: World, broker: BrokerSettings, ada: int, queue: str
) -> None:
    order_id = world.place(ada)
    event_id = world.on_its_way.pop().id
    with brokers.channel(broker.url) as channel:
        channel.basic_publish("", queue, b"whose it is can't be seen")

    held = read(world, broker)
    brokers.take(broker.url, queue)
    gone = read(world, broker)

    assert under_way(held) == {("order", str(order_id)), ("event", event_id)}
    assert disagreeing(gone) == {("order", str(order_id)), ("event", event_id)}


def test_a_message_to_one_service_does_not_excuse_what_the_other_one_never_heard(
    world: World, broker: BrokerSettings, ada: int
) -> None:
    order_id = world.place(ada)
    event_id = world.on_its_way.pop().id
    with brokers.channel(broker.url) as channel:
        channel.basic_publish("", "order_service", b"an answer to somebody")

    assert disagreeing(read(world, broker)) == {("order", str(order_id)), ("event", event_id)}


def test_dead_letters_are_told_and_stay(world: World, broker: BrokerSettings) -> None:
    with brokers.channel(broker.url) as channel:
        channel.basic_publish("", dead_queue("order_service"), b"garbage")

    first, second = read(world, broker), read(world, broker)

    assert disagreeing(first) == disagreeing(second) == {("queue", "order_service.dead")}


def test_a_queue_that_is_gone_is_told(world: World, broker: BrokerSettings) -> None:
    with brokers.channel(broker.url) as channel:
        channel.queue_delete("user_service")

    assert disagreeing(read(world, broker)) == {("queue", "user_service")}


def test_reading_for_the_audit_can_not_write(world: World) -> None:
    inbox = world.orders.tables.inbox

    with pytest.raises(StoreUnavailable), read_only(world.orders) as connection:
        connection.execute(delete(inbox))

    assert stores.count(world.orders, "inbox") == 1
    change(world.orders, delete(inbox))
    assert stores.count(world.orders, "inbox") == 0


def test_a_database_that_was_never_migrated_is_not_read(urls: tuple[str, str]) -> None:
    with opened(stores.USERS, urls[0]) as store, pytest.raises(StoreUnavailable):
        require_tables(store)


def test_every_row_is_read_in_order_whatever_the_number_of_pages(world: World) -> None:
    ids = [uuid4() for _ in range(2 * PAGE + 1)]
    row = {"user_id": 1, "amount_cents": 1, "status": ReservationStatus.REFUSED, "updated_at": datetime.now(UTC)}
    change(
        world.users,
        insert(RESERVATIONS).values([{**row, "order_id": each, "sequence": 1, "version": 1} for each in ids]),
    )

    found = [each.order_id for each in user_store.reservations(world.users)]

    assert found == sorted(ids)
