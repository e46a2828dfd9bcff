"""Clients that go on ordering while something breaks."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.api_client import Caller
from tests.eventually import eventually
from tests.stack import Stack

SKU = "lamp"
CLIENTS = 3
PAUSE_SECONDS = 0.05
#: What a caller waits for an answer at most.
PATIENCE_SECONDS = 30


class Load:
    """What became of the orders that were placed."""

    def __init__(self) -> None:
        #: How often which status was answered; 0 stands for no answer.
        self.statuses: Counter[int] = Counter()
        self.accepted: list[tuple[Caller, str]] = []
        self._lock = threading.Lock()

    def order(self, caller: Caller, stop: threading.Event) -> None:
        """Order until told to stop."""
        body = {"lines": [{"sku": SKU, "quantity": 1}]}
        while not stop.wait(PAUSE_SECONDS):
            try:
                answer = caller.http.post(f"{caller.orders}/orders", json=body, timeout=PATIENCE_SECONDS)
            except requests.RequestException:
                answer = None
            with self._lock:
                self.statuses[answer.status_code if answer is not None else 0] += 1
                if answer is not None and answer.status_code == 202:
                    self.accepted.append((caller, answer.json()["id"]))


def list_the_product(admin: Caller) -> None:
    """Make that there is something to order, so cheap that everybody's credit is good for a thousand."""
    body = {"name": "Lamp", "unit_price_cents": 100}
    answer = admin.http.put(f"{admin.orders}/products/{SKU}", json=body, timeout=20)
    assert answer.status_code == 201, answer.text


@contextmanager
def ordering(stack: Stack) -> Iterator[Load]:
    """Several clients order while the block runs."""
    load, stop = Load(), threading.Event()
    threads = [threading.Thread(target=load.order, args=(Caller(stack), stop)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def goes_on(load: Load) -> None:
    """Wait until some more orders were answered."""
    answered = load.statuses.total()
    eventually(lambda: load.statuses.total() >= answered + 10, 40)
