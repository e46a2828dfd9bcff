"""What requests and events cost between us and the servers, counted: each figure is meant, a higher one is a loss."""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from broker.confirms import Fate
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from broker.topology import EXCHANGE
from chassis.cache.cache import Cache
from chassis.cache.memory import Memory
from chassis.messaging.handling import handle_once
from chassis.service import Service
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from events.envelope import STRUCTURED
from events.users import UserRegistered
from order_service.subscriptions import SUBSCRIPTIONS as OF_ORDERS
from order_service.use_cases.list_product import put_product
from tests.component.conftest import bearer, make_app
from tests.eventually import eventually
from tests.faults.proxy import proxied
from tests.stores import ORDERS, USERS, add_user, envelope, migrated, placed
from user_service.subscriptions import SUBSCRIPTIONS as OF_USERS

ORDER = {"lines": [{"sku": "lamp", "quantity": 1}]}
#: Method, header and body.
FRAMES_OF_A_MESSAGE = 3


@dataclass
class Wire:
    """Reads what PostgreSQL answers: it is ready for more once in a round trip."""

    round_trips: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def reader(self) -> Callable[[bytes], bytes]:
        """For one connection; lets everything through as it is."""
        unread = bytearray()

        def read(data: bytes) -> bytes:
            unread.extend(data)
            while len(unread) >= 5 and len(unread) > (length := int.from_bytes(unread[1:5])):
                self._note(chr(unread[0]), bytes(unread[5 : length + 1]))
                del unread[: length + 1]
            return data

        return read

    def _note(self, kind: str, said: bytes) -> None:
        if kind == "Z":
            self.round_trips += 1
        elif kind == "C":
            self.done[said.split(b"\0")[0].decode().split()[0]] += 1

    def of(self, act: Callable[[], object]) -> tuple[int, int]:
        """How many round trips and commits it takes to do this."""
        self.round_trips, self.done = 0, Counter()
        act()
        return self.round_trips, self.done["COMMIT"]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def opened_through(wire: Wire, fresh_postgresql: str) -> Iterator[Callable[[Service], Any]]:
    """Opens a service's store on a database whose answers are counted."""
    url = make_url(fresh_postgresql)
    with proxied(url.port or 5432, wire.reader) as proxy:
        counted = url.set(port=proxy.port).update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
        yield lambda service: migrated(
            service, counted.render_as_string(hide_password=False), cache=Cache(service.name, Memory())
        )


def ordering(store: Store[Any]) -> Callable[[], None]:
    """Places an order by HTTP, with a key, as a customer who is known."""
    with store.writing() as unit_of_work:
        put_product("lamp", name="Lamp", unit_price_cents=1, active=True, unit_of_work=unit_of_work)
    ada = UserRegistered(user_id=1, name="Ada", email="ada@example.com", credit_limit_cents=5)
    handle_once(store, OF_ORDERS, [envelope(ada)])
    client, token = make_app(ORDERS, store).test_client(), bearer(1)

    def order() -> None:
        answer = client.post("/orders", json=ORDER, headers={**token, "Idempotency-Key": uuid4().hex})
        assert answer.status_code == 202, answer.text

    return order


def test_an_order_takes_three_round_trips_and_one_commit(wire: Wire, opened_through: Callable[..., Any]) -> None:
    with opened_through(ORDERS) as store:
        order = ordering(store)
        order()

        # BEGIN, the product, the order with its event, its history, the answer and COMMIT.
        assert wire.of(order) in {(3, 1), (4, 1)}, "the fourth is the customer, once they are out of the cache"


@pytest.mark.parametrize("number", [2, 50])
def test_a_batch_of_events_takes_as_many_round_trips_as_two(
    number: int, wire: Wire, opened_through: Callable[..., Any]
) -> None:
    with opened_through(USERS) as store:
        user_ids = [add_user(store) for _ in range(number)]
        for _ in range(2):
            batch = [envelope(placed(user_id, total=1)) for user_id in user_ids]
            cost = wire.of(lambda batch=batch: handle_once(store, OF_USERS, batch))  # type: ignore[misc]

        # BEGIN, the claims, users, reservations; the users written, the reservations with their events and COMMIT.
        assert cost == (6, 1)


def test_the_relay_takes_two_round_trips_for_any_batch(wire: Wire, opened_through: Callable[..., Any]) -> None:
    with opened_through(USERS) as store:
        for _ in range(30):
            add_user(store, told=True)
        outbox = LeasedOutbox(store, "me", 30.0)
        assert outbox.hold()
        outbox.settle([row.position for row in outbox.waiting(1)])

        def relay() -> None:
            rows = outbox.waiting(500)
            assert len(rows) == 29
            assert outbox.settle([row.position for row in rows])

        assert wire.of(relay) == (2, 0)


@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
def test_a_message_takes_three_frames_and_nothing_else(broker_url: str) -> None:
    publisher = Publisher(BrokerSettings(broker_url), name="test-publisher")
    publisher.start()
    try:
        eventually(lambda: publisher.ready)
        connection: Any = publisher._connection
        before = connection.frames_sent

        assert set(publisher.publish([_message() for _ in range(100)], 10)) == {Fate.CONFIRMED}

        assert connection.frames_sent - before in {100 * FRAMES_OF_A_MESSAGE, 100 * FRAMES_OF_A_MESSAGE + 1}
    finally:
        publisher.close()


def _message() -> Message:
    told = envelope(placed(1, total=1))
    return Message(
        exchange=EXCHANGE,
        routing_key=told.type,
        body=b"{}",
        message_id=told.id,
        mandatory=True,
        type=told.type,
        app_id="test",
        content_type=STRUCTURED,
        time=told.time,
    )


def test_of_a_request_nothing_stays_in_memory(sqlite_url: str) -> None:
    with migrated(ORDERS, sqlite_url) as store:
        order = ordering(store)
        growth = [_blocks_left_by(order, times=100) for _ in range(4)]

        # A block that each request left would make a hundred, each time. At first caches fill up.
        assert min(growth) < 50, growth


def _blocks_left_by(act: Callable[[], None], times: int) -> int:
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(times):
        act()
    gc.collect()
    return sys.getallocatedblocks() - before
