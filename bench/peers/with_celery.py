"""Celery, as its user guide has it where nothing may be lost: quorum queues, late acks, confirmed publishing."""

import os
from typing import Any

from celery import Celery

from bench.peers.listings import handle
from bench.peers.sending import answer_by

app = Celery("listings", broker=os.environ["BROKER_URL"])
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_exchange_type="topic",
    task_default_queue="listings",
    task_default_queue_type="quorum",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
)


@app.task
def list_product(message: dict[str, Any]) -> None:
    """Claim and store."""
    handle(message)


if __name__ == "__main__":
    from bench.peers.with_celery import list_product as task

    answer_by(task.delay)
