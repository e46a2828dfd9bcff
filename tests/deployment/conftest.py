"""A RabbitMQ of our own with the users of deploy/rabbitmq, and what may be done there under each name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.topology import queues
from chassis.store.store import Store
from events.catalogue import SERVICES
from operations.rabbitmq_definitions import VHOST, definitions, password_hash
from operations.rabbitmq_users import USERS as BROKER_USERS
from tests import brokers
from tests.missing import skip_or_fail
from tests.servers.rabbitmq_node import RabbitMQNode, is_packaged, running_node
from tests.stores import USERS, migrated


class GuardedBroker:
    """Every user's password is its name; who looks after the tests is ``guest``, who may do everything."""

    def __init__(self, node: RabbitMQNode) -> None:
        self._node = node
        self.everything = self.url("guest")

    def url(self, user: str) -> str:
        """The address under this user's name."""
        return f"amqp://{user}:{user}@127.0.0.1:{self._node.port}/{VHOST}"

    def empty(self) -> None:
        """Take all messages off all queues."""
        with brokers.channel(self.everything) as channel:
            for service in SERVICES:
                for queue in queues(service):
                    channel.queue_purge(queue.name)


@pytest.fixture(scope="session")
def guarded_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    if not is_packaged():
        skip_or_fail("no RabbitMQ that may be told of users: install Debian's package")
    file: Path = tmp_path_factory.mktemp("rabbitmq") / "definitions.json"
    file.write_text(json.dumps(definitions({user.name: password_hash(user.name) for user in BROKER_USERS})))
    with running_node() as node:
        node.ctl("import_definitions", str(file))
        node.ctl("set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*")
        yield GuardedBroker(node)


@pytest.fixture
def guarded(guarded_node: GuardedBroker) -> GuardedBroker:
    """The same without messages."""
    guarded_node.empty()
    return guarded_node


@pytest.fixture
def user_store(sqlite_url: str) -> Iterator[Store[Any]]:
    with migrated(USERS, sqlite_url) as store:
        yield store
