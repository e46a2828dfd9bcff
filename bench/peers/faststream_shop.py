"""FastStream alone: its ASGI application takes the orders, and two of its workers handle what is told of them.

python -m bench.peers.faststream_shop users|orders
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence

from faststream import AckPolicy, FastStream
from faststream.asgi import AsgiFastStream, AsgiResponse, Request, post
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from pydantic import BaseModel
from sqlalchemy import Insert, Update, insert
from sqlalchemy.ext.asyncio import create_async_engine

from bench.peers.listings import CONNECTIONS
from bench.peers.shop_tables import CLAIM, ORDERS, confirmation, event, new_order, reservation

PREFETCH = 100
engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=CONNECTIONS, max_overflow=0)
broker = RabbitBroker(os.environ["BROKER_URL"], default_channel=Channel(prefetch_count=PREFETCH))
USERS, OWN, TOLD = (
    RabbitQueue(name, queue_type=QueueType.QUORUM, durable=True) for name in ("users", "orders", "told")
)


class OrderEvent(BaseModel):
    """The message."""

    id: str
    order_id: str
    user_id: int


@post
async def post_order(request: Request) -> AsgiResponse:
    """Take an order."""
    await request.json()
    order = new_order()
    async with engine.begin() as connection:
        await connection.execute(insert(ORDERS), order)
    # A crash here loses the event.
    await broker.publish(event(order), USERS, persist=True)
    headers = {"Content-Type": "application/json"}
    return AsgiResponse(json.dumps(order).encode(), status_code=202, headers=headers)


async def reserve(placed: OrderEvent) -> None:
    """Reserve credit, and tell."""
    if await _once(placed, reservation(placed.model_dump())):
        await broker.publish(event(placed.model_dump()), OWN, persist=True)


async def confirm(reserved: OrderEvent) -> None:
    """Confirm the order, and tell whom it may concern."""
    if await _once(reserved, confirmation(reserved.model_dump())):
        await broker.publish(event(reserved.model_dump()), TOLD, persist=True)


async def _once(message: OrderEvent, statements: Sequence[Insert | Update]) -> bool:
    async with engine.begin() as connection:
        if (await connection.execute(CLAIM, {"event_id": message.id})).first() is None:
            return False
        for each in statements:
            await connection.execute(each)
    return True


async def _declare() -> None:
    await asyncio.gather(*(broker.declare_queue(each) for each in (USERS, OWN, TOLD)))


def application() -> AsgiFastStream:
    """The HTTP front, for an ASGI server."""
    return AsgiFastStream(broker, asgi_routes=[("/orders", post_order)], after_startup=[_declare])


def main(role: str) -> None:
    """Handle what arrives for this role."""
    queue, handler = {"users": (USERS, reserve), "orders": (OWN, confirm)}[role]
    broker.subscriber(queue, ack_policy=AckPolicy.NACK_ON_ERROR)(handler)
    asyncio.run(FastStream(broker).run())


if __name__ == "__main__":
    main(sys.argv[1])
