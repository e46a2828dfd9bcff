"""Flask and Celery: the route stores and then sends a task, whose worker stores and sends the next."""

import os
from collections.abc import Sequence
from typing import Any

from celery import Celery
from flask import Flask, request
from sqlalchemy import Insert, Update, insert

from bench.peers.listings import engine
from bench.peers.shop_tables import CLAIM, ORDERS, confirmation, event, new_order, reservation

app = Celery("shop", broker=os.environ["BROKER_URL"])
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_create_missing_queues=True,
    task_default_exchange_type="topic",
    task_default_queue_type="quorum",
    task_create_missing_queue_type="quorum",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_routes={"*.reserve": {"queue": "users"}, "*.confirm": {"queue": "orders"}},
)


def application() -> Flask:
    """The HTTP front."""
    front = Flask(__name__)

    @front.post("/orders")
    def post_order() -> tuple[dict[str, Any], int]:
        request.get_json()
        order = new_order()
        with engine().begin() as connection:
            connection.execute(insert(ORDERS), order)
        # A crash here loses the event.
        reserve.delay(event(order))
        return order, 202

    return front


@app.task
def reserve(placed: dict[str, Any]) -> None:
    """Reserve credit, and tell."""
    if _once(placed, reservation(placed)):
        confirm.delay(event(placed))


@app.task
def confirm(reserved: dict[str, Any]) -> None:
    """Confirm the order, and tell whom it may concern."""
    if _once(reserved, confirmation(reserved)):
        app.send_task("told", [event(reserved)], queue="told")


def _once(message: dict[str, Any], statements: Sequence[Insert | Update]) -> bool:
    with engine().begin() as connection:
        if connection.execute(CLAIM, {"event_id": message["id"]}).first() is None:
            return False
        for each in statements:
            connection.execute(each)
    return True
