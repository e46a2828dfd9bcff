"""FastStream, as its documentation has it: a subscriber on a quorum queue, that nacks what failed; confirms."""

import asyncio
import os
import sys
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import create_async_engine

from bench.peers.listings import CLAIM, CONNECTIONS, LISTINGS, listing, row
from bench.program import answer

PREFETCH = 100
engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=CONNECTIONS, max_overflow=0)
broker = RabbitBroker(os.environ["BROKER_URL"], default_channel=Channel(prefetch_count=PREFETCH))
app = FastStream(broker)
queue = RabbitQueue("listings", queue_type=QueueType.QUORUM, durable=True)


class Listing(BaseModel):
    """The message."""

    id: str
    sku: str
    name: str
    unit_price_cents: int


@broker.subscriber(queue, ack_policy=AckPolicy.NACK_ON_ERROR)
async def list_product(message: Listing) -> None:
    """Claim and store; many at once."""
    async with engine.begin() as connection:
        if (await connection.execute(CLAIM, {"event_id": message.id})).first() is not None:
            await connection.execute(insert(LISTINGS), row(message.model_dump()))


async def send(message: dict[str, Any]) -> None:
    """Return when the broker has confirmed it."""
    await broker.publish(message, queue, persist=True)


async def publish(message: dict[str, Any]) -> None:
    """A crash between the two loses the event."""
    async with engine.begin() as connection:
        await connection.execute(insert(LISTINGS), row(message))
    await send(message)


def main() -> None:
    """Work, or publish as asked, as many at once as the limit has connections."""
    if sys.argv[1:] == ["worker"]:
        asyncio.run(app.run())
    with asyncio.Runner() as runner:
        runner.run(broker.connect())
        runner.run(broker.declare_queue(queue))

        async def do_all(what: str, number: int) -> int:
            async def share(index: int) -> None:
                for _ in range(index, number, CONNECTIONS):
                    await {"lay": send, "publish": publish}[what](listing())

            await asyncio.gather(*(share(index) for index in range(CONNECTIONS)))
            return number

        answer(lambda *, what, number: runner.run(do_all(what, number)))


if __name__ == "__main__":
    main()
