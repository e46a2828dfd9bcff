"""Callers at a steady rate, who wait for nobody: what is slow does not make them call less."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import uuid4

import requests

from tests.api_client import Caller

SKU = "brick"
PRICE_CENTS = 5
PATIENCE_SECONDS = 30.0
WAIT_SECONDS = 5
AT_ONCE = 100


@dataclass(frozen=True)
class Answer:
    """What a call came to: a status, or the name of the error."""

    call: str
    began: float
    seconds: float
    result: int | str

    @property
    def is_good(self) -> bool:
        """True for 2xx."""
        return isinstance(self.result, int) and 200 <= self.result < 300


class Callers:
    """Some customers who order and look, each call on a connection of its own.

    On a connection that is kept, nginx before 1.27.4 may close it with a reload just when the next request is sent.
    """

    def __init__(self, customers: Sequence[Caller], rate: float, seed: int) -> None:
        self.answers: list[Answer] = []
        #: Orders that were accepted, by their customers: in the end these are there, and no others.
        self.accepted: list[tuple[Caller, str]] = []
        self._customers = customers
        self._rate = rate
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="callers")
        shares = {self.order: 25, self.order_and_wait: 5, self.look_at_order: 30, self.list_orders: 15}
        self._shares: dict[Callable[[Caller, int], None], int] = {**shares, self.look_at_user: 20, self.products: 5}

    def start(self) -> None:
        """Call from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Call no more, and wait for what is under way."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        calls, weights = list(self._shares), list(self._shares.values())
        began = monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            number = 0
            while not self._over.wait(max(0.0, began + number / self._rate - monotonic())):
                (call,) = self._dice.choices(calls, weights)
                pool.submit(call, self._dice.choice(self._customers), self._dice.randrange(1_000_000))
                number += 1

    def order(self, customer: Caller, chance: int) -> None:
        """Every second time with a key."""
        self._place(customer, "order", {"Idempotency-Key": str(uuid4())} if chance % 2 else {})

    def order_and_wait(self, customer: Caller, _: int) -> None:
        """Until it is settled."""
        self._place(customer, "order, and wait", {"Prefer": f"wait={WAIT_SECONDS}"})

    def look_at_order(self, customer: Caller, chance: int) -> None:
        """One of those that were accepted."""
        if known := len(self.accepted):
            customer, order_id = self.accepted[chance % known]
            self._call("order by id", "GET", f"{customer.orders}/orders/{order_id}", customer)

    def list_orders(self, customer: Caller, _: int) -> None:
        """The newest."""
        self._call("orders", "GET", f"{customer.orders}/orders?limit=10", customer)

    def look_at_user(self, customer: Caller, _: int) -> None:
        """Oneself."""
        self._call("user", "GET", f"{customer.users}/users/{customer.id}", customer)

    def products(self, customer: Caller, _: int) -> None:
        """What there is."""
        self._call("products", "GET", f"{customer.orders}/products", customer)

    def _place(self, customer: Caller, call: str, headers: dict[str, str]) -> None:
        body = {"lines": [{"sku": SKU, "quantity": 1}]}
        answer = self._call(call, "POST", f"{customer.orders}/orders", customer, json=body, headers=headers)
        if answer is not None and answer.ok:
            self.accepted.append((customer, answer.json()["id"]))

    def _call(self, call: str, method: str, url: str, customer: Caller, **more: Any) -> requests.Response | None:
        headers = {"Authorization": str(customer.http.headers["Authorization"]), **more.pop("headers", {})}
        began, answer = monotonic(), None
        try:
            answer = requests.request(method, url, headers=headers, timeout=PATIENCE_SECONDS, **more)
        except requests.RequestException as error:
            result: int | str = type(error).__name__
        else:
            result = answer.status_code
        self.answers.append(Answer(call, began, monotonic() - began, result))
        return answer
