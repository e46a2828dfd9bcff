"""Dramatiq, as its user guide has it, on quorum queues and with confirmed deliveries; acks after the actor's end."""

import os
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from bench.peers.listings import handle
from bench.peers.sending import answer_by


class QuorumBroker(RabbitmqBroker):
    """Its queues are classic ones otherwise."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


dramatiq.set_broker(QuorumBroker(url=os.environ["BROKER_URL"], confirm_delivery=True))


@dramatiq.actor(queue_name="listings")
def list_product(message: dict[str, Any]) -> None:
    """Claim and store."""
    handle(message)


if __name__ == "__main__":
    answer_by(list_product.send)
