"""The broker is away, refuses us, or has no memory left: orders are taken all the while, and settle afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from tests import brokers, ledger
from tests.api_client import an_admin
from tests.eventually import eventually
from tests.faults.books import Books
from tests.faults.load import goes_on, list_the_product, ordering
from tests.servers.databases import both_databases
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stack import Stack, running

#: The longest pause between two attempts to connect, and what attempts, retries and a start take on a busy machine.
BACK_SECONDS = 40
MESSENGERS = ("user-worker", "user-relay", "order-worker", "order-relay")


@pytest.fixture(scope="module")
def stack(
    broker_node: RabbitMQNode, postgresql_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack that the tests of this module share, on a broker that they may break."""
    broker_node.move_to_a_fresh_host()
    with both_databases(postgresql_url) as databases:
        settings = {"BROKER_URL": broker_node.url, **databases}
        with running(tmp_path_factory.mktemp("stack"), settings) as started:
            yield started
    with brokers.channel(broker_node.url) as channel:
        channel.queue_delete(ledger.QUEUE)


@pytest.fixture(scope="module")
def books(stack: Stack) -> Books:
    opened = Books(stack)
    list_the_product(an_admin(stack))
    return opened


@pytest.fixture
def broker(broker_node: RabbitMQNode) -> Iterator[RabbitMQNode]:
    """What is on it stays from test to test."""
    yield broker_node
    broker_node.start()


def nobody_is_ready(stack: Stack) -> bool:
    return not any(stack.is_ready(name) for name in MESSENGERS)


def restart_messengers(stack: Stack) -> None:
    for name in MESSENGERS:
        stack.terminate(name)
        stack.start(name)


def test_who_starts_before_the_broker_waits_for_it(stack: Stack, books: Books, broker: RabbitMQNode) -> None:
    broker.kill()
    restart_messengers(stack)

    with ordering(stack) as load:
        goes_on(load)
        assert nobody_is_ready(stack)
        assert stack.is_whole()
        broker.start()
        stack.await_ready()

    assert set(load.statuses) == {202}
    assert books.disagreements(BACK_SECONDS) == []


def test_a_broker_that_is_killed_under_load_costs_nothing(stack: Stack, books: Books, broker: RabbitMQNode) -> None:
    with ordering(stack) as load:
        goes_on(load)
        broker.kill()
        eventually(lambda: nobody_is_ready(stack))
        goes_on(load)
        broker.start()
        stack.await_ready()
        goes_on(load)

    assert set(load.statuses) == {202}
    assert stack.is_whole()
    assert books.disagreements(BACK_SECONDS) == []


def test_wrong_credentials_are_told_and_once_they_are_right_all_goes_on(
    stack: Stack, books: Books, broker: RabbitMQNode
) -> None:
    broker.ctl("change_password", "guest", "another")
    try:
        restart_messengers(stack)
        with ordering(stack) as load:
            for name in MESSENGERS:
                eventually(lambda name=name: "ACCESS_REFUSED" in last_words(stack, name))  # type: ignore[misc] # bound now
            assert nobody_is_ready(stack)
            assert stack.is_whole()
    finally:
        broker.ctl("change_password", "guest", "guest")

    stack.await_ready()
    assert set(load.statuses) == {202}
    assert books.disagreements(BACK_SECONDS) == []


def last_words(stack: Stack, name: str) -> str:
    """What a process has said since it was told to stop the last time."""
    return (stack.folder / f"{name}.log").read_text().rpartition("process.stopping")[2]


@contextmanager
def out_of_memory(broker: RabbitMQNode) -> Iterator[None]:
    broker.ctl("set_vm_memory_high_watermark", "0")
    try:
        yield
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")


def test_while_the_broker_has_no_memory_events_wait_and_the_relay_is_not_ready(
    stack: Stack, books: Books, broker: RabbitMQNode
) -> None:
    with out_of_memory(broker), ordering(stack) as load:
        eventually(lambda: not stack.is_ready("order-relay"))
        assert requests.get(f"{stack.url('order')}/readyz", timeout=5).status_code == 200
        goes_on(load)
        assert any("outbox" in each for each in books.waiting())

    stack.await_ready()
    assert set(load.statuses) == {202}
    assert books.disagreements(BACK_SECONDS) == []
