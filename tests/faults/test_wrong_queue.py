"""Somebody else has declared a queue of ours, with other arguments."""

from typing import Any

from structlog.testing import capture_logs

from chassis.store.store import Store
from tests import brokers
from tests.at_work import SERVICE, ask_for_credit, relaying, reserved, working
from tests.eventually import eventually
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import add_user, count


def test_a_queue_with_other_arguments_is_told_and_once_it_is_gone_all_goes_on(
    user_store: Store[Any], broker: RabbitMQNode
) -> None:
    user_id = add_user(user_store, told=True)
    with brokers.channel(broker.url) as channel:
        channel.queue_declare(SERVICE, durable=True)

    with (
        capture_logs() as logs,
        working(user_store, broker.url) as consumer,
        relaying(user_store, broker.url) as publisher,
    ):
        eventually(lambda: {"test-consumer", "test-relay"} <= {each.get("connection") for each in logs})
        assert not consumer.ready
        assert not publisher.ready

        with brokers.channel(broker.url) as channel:
            channel.queue_delete(SERVICE)
        eventually(lambda: consumer.ready and publisher.ready)
        ask_for_credit(broker.url, user_id, 700)
        eventually(lambda: reserved(user_store, user_id) == 700 and count(user_store, "outbox") == 0)

    told = [each["error"] for each in logs if each["event"] == "broker.connection_lost"]
    assert all("PRECONDITION_FAILED" in each and f"'{SERVICE}'" in each for each in told)
