"""Both services and what is on its way between them, without a broker: who calls decides what arrives next."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from uuid_utils.compat import uuid7

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.decode import decode
from events.envelope import STRUCTURED, Envelope
from events.event import Event
from events.external import ProductListed
from order_service.domain.order import OrderStatus
from order_service.subscriptions import SUBSCRIPTIONS as ORDER_SUBSCRIPTIONS
from order_service.use_cases.cancel_order import cancel_order
from order_service.use_cases.place_order import place_order
from tests.stores import envelope
from user_service.subscriptions import SUBSCRIPTIONS as USER_SUBSCRIPTIONS

PRICE = 40


class World:
    """Two stores, a lamp for sale, and the events that have left an outbox and not arrived."""

    def __init__(self, users: Store[Any], orders: Store[Any]) -> None:
        self.users, self.orders = users, orders
        self.on_its_way: list[Envelope[Event]] = []
        listing = ProductListed(sku="lamp", name="Lamp", unit_price_cents=PRICE, active=True)
        handle_once(orders, ORDER_SUBSCRIPTIONS, [envelope(listing, source="/shop")])
        self.fetch()

    def fetch(self) -> None:
        """Take what waits in both outboxes."""
        for store in (self.users, self.orders):
            table = store.tables.outbox
            with store.connection(writes=True) as connection:
                rows = connection.execute(select(table.c.body, table.c.type).order_by(table.c.position)).all()
                connection.execute(delete(table))
            now = datetime.now(UTC)
            self.on_its_way += [
                decode(row.body, content_type=STRUCTURED, headers={}, routing_key=row.type, now=now) for row in rows
            ]

    def deliver(self, arriving: Envelope[Event]) -> None:
        """Let an event arrive wherever it is listened to."""
        for store, subscriptions in ((self.users, USER_SUBSCRIPTIONS), (self.orders, ORDER_SUBSCRIPTIONS)):
            if arriving.type in subscriptions.types():
                handle_once(store, subscriptions, [arriving])
        self.fetch()

    def settle(self) -> None:
        """Let everything arrive that is on its way, and all that comes of it."""
        while self.on_its_way:
            self.deliver(self.on_its_way.pop(0))

    def place(self, user_id: int) -> UUID:
        """A pending order for a lamp."""
        with self.orders.writing() as unit_of_work:
            order_id = place_order(uuid7(), user_id, [("lamp", 1)], unit_of_work).id
        self.fetch()
        return order_id

    def cancel(self, order_id: UUID) -> None:
        """Take the order back, if it is not rejected."""
        with self.orders.writing() as unit_of_work:
            order = unit_of_work.orders.find(order_id)
            if order.status is not OrderStatus.REJECTED:
                cancel_order(order, unit_of_work)
        self.fetch()
