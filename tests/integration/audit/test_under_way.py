"""What a message may still settle, and queues with their dead letters."""

from uuid import uuid4

import pytest

from broker.settings import BrokerSettings
from broker.topology import dead_queue, retry_queue
from chassis.store import outbox
from order_service.use_cases.place_order import place_order
from tests import brokers
from tests.integration.audit.looking import disagreeing, event_of, read, under_way
from tests.world import World


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
