"""The audit on a running system: no false alarm while it is busy, and nothing overlooked once it is at rest."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import update

from order_service.store.tables import ORDERS
from tests.api_client import Caller
from tests.eventually import eventually
from tests.stack import Stack
from tests.stores import ORDERS as ORDER_SERVICE
from tests.stores import opened

CALLERS = 3
AUDITS = 3


def audit(stack: Stack, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and report."""
    done = stack.command("python", "-m", "operations.audit", "--json", *options)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, json.loads(done.stdout)


def orders_url(stack: Stack) -> str:
    """The address of order_service's database."""
    default = f"sqlite:///{stack.folder / 'var' / 'order_service.sqlite'}"
    return stack.environment.get("ORDER_DATABASE_URL", default)


def shop(caller: Caller, sku: str, dice: random.Random, over: threading.Event) -> list[str]:
    """Order, and take every other order back, some at once and some later, until it is over."""
    ids = []
    while not over.is_set():
        ids.append(caller.place(sku, quantity=dice.randint(1, 2))["id"])
        if dice.random() < 0.5:
            assert caller.cancel(dice.choice(ids[-5:])).status_code in {200, 409}
    return ids


def confirmed_orders(caller: Caller) -> list[str]:
    """The ids of the newest."""
    page = caller.http.get(f"{caller.orders}/orders", params={"status": "confirmed"}, timeout=20).json()
    return [order["id"] for order in page["items"]]


def test_a_busy_system_raises_no_false_alarm_and_at_rest_a_planted_one_is_told(stack: Stack, lamp: str) -> None:
    callers = [Caller(stack) for _ in range(CALLERS)]
    over = threading.Event()

    with ThreadPoolExecutor(CALLERS) as pool:
        shopping = [pool.submit(shop, caller, lamp, random.Random(seed), over) for seed, caller in enumerate(callers)]
        try:
            busy = [audit(stack) for _ in range(AUDITS)]
        finally:
            over.set()
        placed = [order_id for shopper in shopping for order_id in shopper.result()]
    eventually(lambda: audit(stack)[1]["under_way"] == [], timeout=30)
    (confirmed, *_) = confirmed_orders(callers[0])
    with opened(ORDER_SERVICE, orders_url(stack)) as store, store.connection(writes=True) as connection:
        connection.execute(update(ORDERS).where(ORDERS.c.id == UUID(confirmed)).values(status="pending"))
    planted = audit(stack, "--patience", "2")

    assert [(status, report["disagreeing"]) for status, report in busy] == [(0, [])] * AUDITS
    assert busy[-1][1]["read"]["orders"] > busy[0][1]["read"]["orders"]
    status, report = planted
    says = "is pending, its reservation reserved"
    assert (status, report["disagreeing"]) == (1, [{"kind": "order", "id": confirmed, "says": says}])
    assert report["read"]["orders"] == len(placed)


def test_what_can_not_be_read_is_told_in_one_line(stack: Stack) -> None:
    gone = {**stack.environment, "ORDER_DATABASE_URL": "sqlite:///nowhere/orders.sqlite"}
    stack.environment, kept = gone, stack.environment

    done = stack.command("python", "-m", "operations.audit")

    stack.environment = kept
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
