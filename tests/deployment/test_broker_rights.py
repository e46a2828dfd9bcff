"""Each user of RabbitMQ can do its work, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pika
import pytest
from click.testing import CliRunner
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError
from structlog.testing import capture_logs

from broker.cli import main
from broker.confirms import Fate
from broker.connection import declare_topology
from broker.consumer import Consumer
from broker.dead_letters import SomebodyElseIsLooking, looking
from broker.delivery import Delivery
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from broker.tail import watching
from broker.topology import EXCHANGE, dead_queue, queues, retry_queue
from chassis.store.store import Store
from events.catalogue import BY_TYPE, ORDERS, USERS
from events.envelope import STRUCTURED
from events.external import CreditLimitSet
from events.orders import OrderPlaced
from events.users import CreditReserved, UserRegistered
from operations.rabbitmq_users import USERS as BROKER_USERS
from tests import brokers
from tests.at_work import relaying, reserved, working
from tests.deployment.conftest import GuardedBroker
from tests.eventually import eventually
from tests.stores import add_user, body_of, count, envelope, placed

NAMES = [user.name for user in BROKER_USERS]
SENDERS = {each: entry.sender or each.partition(".")[0] for each, entry in BY_TYPE.items()}
SUBSCRIBERS = "subscriber.reports"


def message(routing_key: str, body: bytes = b"{}", exchange: str = EXCHANGE) -> Message:
    return Message(
        exchange=exchange,
        routing_key=routing_key,
        body=body,
        message_id=str(uuid4()),
        mandatory=False,
        content_type=STRUCTURED,
    )


@contextmanager
def publisher(url: str) -> Iterator[Publisher]:
    made = Publisher(BrokerSettings(url), name="test")
    made.start()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def consumer(url: str, queue: str) -> Iterator[Consumer]:
    made = Consumer(BrokerSettings(url), queue, prefetch=10, name="test")
    made.start()
    try:
        yield made
    finally:
        made.close()


def deliveries(listener: Consumer) -> Iterator[Delivery]:
    """What comes within a while, acked one by one."""
    while taken := listener.take(1, 20):
        listener.ack(taken[0])
        yield taken[0]


def is_refused(url: str, act: Callable[[BlockingChannel], object]) -> bool:
    """True if the broker says that this user may not."""
    with brokers.channel(url) as channel:
        channel.confirm_delivery()
        try:
            act(channel)
        except ChannelClosedByBroker as error:
            return bool(error.reply_code == 403)
        return False


def publishing(exchange: str, routing_key: str) -> Callable[[BlockingChannel], object]:
    return lambda channel: channel.basic_publish(exchange, routing_key, b"{}")


@pytest.mark.parametrize("user", NAMES)
def test_a_user_can_send_its_own_types_and_no_others(guarded: GuardedBroker, user: str) -> None:
    sent = {each for each in SENDERS if not is_refused(guarded.url(user), publishing(EXCHANGE, each))}

    assert sent == {each for each in SENDERS if SENDERS[each] == user}


def test_the_services_settle_an_order_under_their_own_names(guarded: GuardedBroker, user_store: Store[Any]) -> None:
    user_id = add_user(user_store, told=True)
    orders, users = guarded.url(ORDERS), guarded.url(USERS)
    order = message(OrderPlaced.type, body_of(envelope(placed(user_id, total=700))))

    with working(user_store, users), relaying(user_store, users):
        with publisher(orders) as sender:
            fates = sender.publish([order], 20)
        with consumer(orders, ORDERS) as listener:
            heard = {next(deliveries(listener)).routing_key for _ in range(2)}
        eventually(lambda: count(user_store, "outbox") == 0)

    assert fates == [Fate.CONFIRMED]
    assert heard == {UserRegistered.type, CreditReserved.type}
    assert reserved(user_store, user_id) == 700


@pytest.mark.parametrize("service", [USERS, ORDERS])
def test_what_a_service_puts_off_comes_back_to_it(guarded: GuardedBroker, service: str) -> None:
    with publisher(guarded.url(service)) as sender:
        fates = sender.publish([message(retry_queue(service, 1), exchange="")], 20)

    assert fates == [Fate.CONFIRMED]
    eventually(lambda: brokers.take(guarded.url(service), service) is not None)


def test_a_dead_letter_can_be_seen_and_sent_again_by_the_operator_alone(
    guarded: GuardedBroker, user_store: Store[Any]
) -> None:
    of_nobody = envelope(CreditLimitSet(user_id=10**6, credit_limit_cents=5), source="/billing", sequence=None)
    operator = BrokerSettings(guarded.url("operator"))

    with working(user_store, guarded.url(USERS)):
        with brokers.channel(guarded.url("billing")) as channel:
            channel.basic_publish(
                EXCHANGE, CreditLimitSet.type, body_of(of_nobody), pika.BasicProperties(content_type=STRUCTURED)
            )
        eventually(lambda: brokers.depth(guarded.url("operator"), dead_queue(USERS)) == 1)
    with looking(operator, USERS) as look:
        (letter,) = look.letters()
        with pytest.raises(SomebodyElseIsLooking), looking(operator, USERS):
            pass
        look.replay(letter, "test", datetime.now(UTC))

    assert brokers.depth(guarded.url("operator"), dead_queue(USERS)) == 0
    assert brokers.depth(guarded.url("operator"), USERS) == 1
    assert is_refused(guarded.url(USERS), lambda channel: channel.basic_get(dead_queue(USERS)))


def test_the_operator_can_watch_events_pass(guarded: GuardedBroker) -> None:
    with watching(BrokerSettings(guarded.url("operator")), "#") as messages:
        with brokers.channel(guarded.url("catalog")) as channel:
            channel.basic_publish(EXCHANGE, "catalog.product_listed.v1", b"a chair")

        message = next(messages)
    assert (message.routing_key, message.body) == ("catalog.product_listed.v1", b"a chair")


def test_another_system_can_publish_its_own_type_by_our_command_and_no_other(guarded: GuardedBroker) -> None:
    limit = '{"user_id": 1, "credit_limit_cents": 5}'
    chair = '{"sku": "chair", "name": "Chair", "unit_price_cents": 5, "active": true}'
    command = partial(CliRunner().invoke, main, env={"BROKER_URL": guarded.url("catalog")})

    own = command(["publish", "catalog.product_listed.v1", "--data", chair])
    foreign = command(["publish", "billing.credit_limit_set.v1", "--data", limit])

    assert (own.exit_code, own.stdout) == (0, "1 sent\n")
    assert (foreign.exit_code, foreign.stdout) == (1, "0 sent, 1 not\n")
    assert "ACCESS_REFUSED" in foreign.stderr


def test_a_subscriber_hears_whatever_it_likes_in_queues_of_its_own(guarded: GuardedBroker) -> None:
    with brokers.channel(guarded.url("subscriber")) as subscriber:
        subscriber.queue_declare(SUBSCRIBERS, durable=True)
        subscriber.queue_bind(SUBSCRIBERS, EXCHANGE, "#")
        with brokers.channel(guarded.url(ORDERS)) as orders:
            orders.basic_publish(EXCHANGE, "order.confirmed.v1", b"confirmed")

        eventually(lambda: subscriber.basic_get(SUBSCRIBERS, auto_ack=True)[2] == b"confirmed")
        subscriber.queue_delete(SUBSCRIBERS)


#: What only some users may do to a queue or the exchange, and who: each for the queue ``order_service``, its retry
#: queue or its dead letters.
FORBIDDEN: dict[str, tuple[Callable[[BlockingChannel], object], set[str]]] = {
    "read the queue": (lambda channel: channel.basic_get(ORDERS), {ORDERS}),
    "consume from the queue": (lambda channel: channel.basic_consume(ORDERS, lambda *_: None), {ORDERS}),
    "empty the queue": (lambda channel: channel.queue_purge(ORDERS), {ORDERS}),
    "read the dead letters": (lambda channel: channel.basic_get(dead_queue(ORDERS)), {"operator"}),
    "empty the dead letters": (lambda channel: channel.queue_purge(dead_queue(ORDERS)), {"operator"}),
    "remove the dead letters": (
        lambda channel: channel.queue_delete(dead_queue(ORDERS), if_unused=True, if_empty=True),
        {ORDERS},
    ),
    "unbind the queue": (lambda channel: channel.queue_unbind(ORDERS, EXCHANGE, "nothing.of.ours"), set()),
    "make the queue": (lambda channel: _declare(channel, ORDERS), {ORDERS}),
    "make any queue": (lambda channel: channel.queue_declare("mine", exclusive=True), set()),
    "make any exchange": (lambda channel: channel.exchange_declare("mine", auto_delete=True), set()),
    "make the exchange": (lambda channel: channel.exchange_declare(EXCHANGE, "topic", durable=True), set()),
    "remove the exchange": (lambda channel: channel.exchange_delete(EXCHANGE, if_unused=True), set()),
    "write to the queue by its name": (publishing("", ORDERS), {USERS, ORDERS, "operator"}),
    "send what nobody sends": (publishing(EXCHANGE, "order.placed.v2"), set()),
    "hear of products": (lambda channel: channel.queue_bind(ORDERS, EXCHANGE, "catalog.product_listed.v1"), {ORDERS}),
    "hear of credit limits": (lambda channel: channel.queue_bind(ORDERS, EXCHANGE, CreditLimitSet.type), set()),
}


def _declare(channel: BlockingChannel, name: str) -> object:
    (queue,) = (queue for queue in queues(ORDERS) if queue.name == name)
    return channel.queue_declare(queue.name, durable=True, arguments=queue.arguments)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nobody_can_do_what_is_not_its_own(guarded: GuardedBroker, what: str) -> None:
    act, expected = FORBIDDEN[what]

    can = {user for user in NAMES if not is_refused(guarded.url(user), act)}
    with suppress(ChannelClosedByBroker):
        declare_topology(BrokerSettings(guarded.everything), "test")

    assert can == expected


def test_a_user_without_a_password_is_not_let_in(guarded: GuardedBroker) -> None:
    with (
        pytest.raises(ProbableAuthenticationError),
        brokers.channel(guarded.url(ORDERS).replace(":order_service@", ":@")),
    ):
        pass


def test_who_starts_first_looks_at_the_others_queues_and_tells_which_are_missing(guarded: GuardedBroker) -> None:
    users, orders = BrokerSettings(guarded.url(USERS)), BrokerSettings(guarded.url(ORDERS))
    of_orders = tuple(queue.name for queue in queues(ORDERS))
    with brokers.channel(guarded.everything) as channel:
        for name in (*of_orders, USERS):
            channel.queue_delete(name)

    with capture_logs() as logs, consumer(users.url, USERS) as listener:
        eventually(lambda: listener.ready)

    assert [each["queues"] for each in logs if each["event"] == "topology.queues_missing"] == [of_orders]
    assert declare_topology(orders, "test") == declare_topology(users, "test") == ()
