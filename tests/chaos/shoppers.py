"""Clients that sign up, order and cancel, and put up with whatever they are answered."""

import random
import threading
from collections import Counter
from time import monotonic

import requests

from tests.api_client import Caller
from tests.stack import Stack

SKU = "chaos"
PRICE_CENTS = 1_000
CANCELLED_SHARE = 0.15
#: A credit of 100000 is good for a hundred pieces: some orders are confirmed, some refused.
MOST_PIECES = 4
ORDERS_OF_ONE = 60
#: Then the token is about to run out.
SECONDS_OF_ONE = 400.0
PATIENCE_SECONDS = 30.0
PAUSE_AFTER_FAILURE_SECONDS = 0.2


class Tally:
    """What the shoppers were answered."""

    def __init__(self, wanted: int | None) -> None:
        self.answers: Counter[str] = Counter()
        #: The orders that were accepted: none of them may be missing in the end.
        self.accepted: list[str] = []
        self._wanted = wanted
        self._lock = threading.Lock()

    def note(self, call: str, answer: requests.Response | None) -> None:
        """Count one answer; None stands for none."""
        with self._lock:
            self.answers[f"{call} {answer.status_code if answer is not None else 'no answer'}"] += 1
            if answer is not None and (call, answer.status_code) == ("order", 202):
                self.accepted.append(answer.json()["id"])

    def fail(self, call: str, error: Exception) -> None:
        """Count a call that came to nothing."""
        with self._lock:
            self.answers[f"{call} {type(error).__name__}"] += 1

    @property
    def is_enough(self) -> bool:
        """True once so many orders were accepted as were wanted."""
        return self._wanted is not None and len(self.accepted) >= self._wanted


def shop(stack: Stack, tally: Tally, dice: random.Random, over: threading.Event, pause_seconds: float) -> None:
    """Order until it is over or enough, with pauses of so long on the average."""
    while not over.is_set() and not tally.is_enough:
        try:
            caller = Caller(stack)
        except (AssertionError, requests.RequestException) as error:
            tally.fail("sign up", error)
            over.wait(PAUSE_AFTER_FAILURE_SECONDS)
            continue
        _order(caller, tally, dice, over, pause_seconds)


def _order(caller: Caller, tally: Tally, dice: random.Random, over: threading.Event, pause_seconds: float) -> None:
    began, orders = monotonic(), 0
    while not over.is_set() and not tally.is_enough and orders < ORDERS_OF_ONE:
        if monotonic() - began > SECONDS_OF_ONE:
            return
        orders += 1
        quantity = dice.randint(1, MOST_PIECES)
        answer = _post(caller, "orders", {"lines": [{"sku": SKU, "quantity": quantity}]})
        tally.note("order", answer)
        if answer is None or answer.status_code != 202:
            over.wait(PAUSE_AFTER_FAILURE_SECONDS)
        elif dice.random() < CANCELLED_SHARE:
            tally.note("cancel", _post(caller, f"orders/{answer.json()['id']}/cancel", None))
        over.wait(dice.uniform(0, 2 * pause_seconds))


def _post(caller: Caller, path: str, body: object) -> requests.Response | None:
    try:
        return caller.http.post(f"{caller.orders}/{path}", json=body, timeout=PATIENCE_SECONDS)
    except requests.RequestException:
        return None
