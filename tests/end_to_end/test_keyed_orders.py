"""Callers who send an order again until they are answered, while the API dies under them."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from uuid import uuid4

import requests

from tests.api_client import Caller
from tests.eventually import eventually
from tests.stack import Stack

KEYS, KILLS, CALLERS = 60, 4, 6


def insist(ada: Caller, sku: str, key: str) -> str:
    """Send the same order until it is accepted, and once more; the order's id."""
    body = {"lines": [{"sku": sku, "quantity": 1}]}
    ids: list[str] = []
    deadline = monotonic() + 90
    while len(ids) < 2 and monotonic() < deadline:
        try:
            answer = requests.post(
                f"{ada.orders}/orders",
                json=body,
                headers={"Authorization": ada.http.headers["Authorization"], "Idempotency-Key": key},
                timeout=20,
            )
        except requests.RequestException:
            continue
        if answer.status_code < 500 and answer.status_code != 409:
            assert answer.status_code == 202, answer.text
            ids.append(answer.json()["id"])
    first, again = ids
    assert first == again
    return first


def kill_and_start(stack: Stack, url: str) -> None:
    stack.kill("order-api")
    eventually(lambda: not answers(url))
    stack.start("order-api")
    stack.await_ready()


def answers(url: str) -> bool:
    try:
        requests.get(f"{url}/livez", timeout=1)
    except requests.RequestException:
        return False
    return True


def all_orders(ada: Caller) -> list[dict[str, Any]]:
    found, path = [], "/orders?limit=50"
    while path:
        answer = ada.http.get(f"{ada.orders}{path}", timeout=20)
        found += answer.json()["items"]
        path = answer.headers.get("Link", "<>").partition("<")[2].partition(">")[0]
    return found


def test_orders_sent_again_through_kills_of_the_api_are_placed_once_each(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)

    with ThreadPoolExecutor(CALLERS) as pool:
        placing = [pool.submit(insist, ada, lamp, str(uuid4())) for _ in range(KEYS)]
        for part in range(1, KILLS + 1):
            eventually(lambda part=part: sum(each.done() for each in placing) >= part * KEYS // (KILLS + 2))  # type: ignore[misc] # bound now
            kill_and_start(stack, ada.orders)
        ids = {each.result() for each in placing}

    assert len(ids) == KEYS
    assert sorted(order["id"] for order in all_orders(ada)) == sorted(ids)


def test_who_prefers_to_wait_gets_the_settled_order(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)

    answer = ada.http.post(
        f"{ada.orders}/orders",
        json={"lines": [{"sku": lamp, "quantity": 1}]},
        headers={"Prefer": "wait=10"},
        timeout=20,
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")


def test_however_many_wait_the_others_are_answered(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    stack.terminate("user-worker")

    def place(_number: int) -> int:
        headers = {"Authorization": ada.http.headers["Authorization"], "Prefer": "wait=5"}
        body = {"lines": [{"sku": lamp, "quantity": 1}]}
        return requests.post(f"{ada.orders}/orders", json=body, headers=headers, timeout=20).status_code

    with ThreadPoolExecutor(24) as pool:
        waiting = [pool.submit(place, number) for number in range(24)]
        eventually(lambda: len(all_orders(ada)) == 24)

        assert answers(ada.orders)
        assert not all(each.done() for each in waiting)
        assert {each.result() for each in waiting} == {202}
    stack.start("user-worker")
    stack.await_ready()
