"""The whole system by docker-compose.yml, where an engine answers: demo, scaling, and what is killed under load."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from tests.api_client import Caller, an_admin
from tests.deployment.composed import Composed, composed
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(600)
SHOPPERS = 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed(tmp_path_factory.mktemp("compose")) as started:
        yield started


@pytest.fixture(scope="module")
def lamp(stack: Composed) -> str:
    admin = an_admin(stack)
    product = {"name": "Lamp", "unit_price_cents": 1}
    answer = admin.http.put(f"{admin.orders}/products/lamp", json=product, timeout=20)
    assert answer.status_code == 201, answer.text
    return "lamp"


def test_everybody_is_ready_and_nobody_is_root(stack: Composed) -> None:
    states = {each["Service"]: each["Health"] or each["ExitCode"] for each in stack.containers()}

    assert states.pop("user-migrate") == states.pop("order-migrate") == 0
    assert set(states.values()) == {"healthy"}
    for service in states:
        assert stack.compose("exec", "-T", service, "id", "-u").stdout.strip() not in {"", "0"}, service


def test_the_demo_runs_on_it_and_nothing_disagrees(stack: Composed) -> None:
    demo, status, audit = stack.make("run", "demo"), stack.make("run", "status"), stack.make("run", "audit")

    assert (demo.returncode, "confirmed" in demo.stdout, "rejected" in demo.stdout) == (0, True, True), demo.stderr
    assert status.returncode == 0, status.stdout + status.stderr
    assert (audit.returncode, "nothing disagrees" in audit.stdout) == (0, True), audit.stdout + audit.stderr


def test_the_proxy_hides_metrics_and_refuses_with_problems(stack: Composed) -> None:
    url = stack.url("user")
    refused = {
        404: requests.get(f"{url}/metrics", timeout=20),
        413: requests.post(f"{url}/users", b" " * (2**20 + 1), timeout=20),
        414: requests.get(f"{url}/{'a' * 20_000}", timeout=20),
        400: requests.get(f"{url}/livez", headers={"X-Long": "a" * 20_000}, timeout=20),
        431: requests.get(f"{url}/livez", headers={f"X-{n}": "a" for n in range(120)}, timeout=20),
    }

    for status, answer in refused.items():
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
    assert requests.get(f"{url}/readyz", timeout=20).status_code == 200


def test_an_api_s_own_problem_passes_as_it_is(stack: Composed) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}

    answer = requests.post(f"{stack.url('user')}/users", json={}, headers=headers, timeout=20)

    assert (answer.status_code, answer.json()["trace_id"]) == (422, trace)
    assert trace in answer.headers["traceparent"]


class Shop:
    """Orders under keys, over and over; nobody may be refused."""

    def __init__(self, stack: Composed, sku: str) -> None:
        self._stack, self._sku = stack, sku
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(SHOPPERS)
        self.placed: list[str] = []
        self.refused: list[str] = []

    def __enter__(self) -> "Shop":
        self._shoppers = [self._pool.submit(self._shop) for _ in range(SHOPPERS)]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for shopper in self._shoppers:
            shopper.result()
        self._pool.shutdown()

    def _shop(self) -> None:
        caller = Caller(self._stack)
        body = {"lines": [{"sku": self._sku, "quantity": 1}]}
        while not self._over.wait(0.02):
            key = {"Idempotency-Key": str(uuid4())}
            answer = caller.http.post(f"{caller.orders}/orders", json=body, headers=key, timeout=40)
            if answer.status_code == 202:
                self.placed.append(answer.json()["id"])
            else:
                self.refused.append(f"{answer.status_code} {answer.text}")

    def more(self, number: int) -> None:
        """Return once so many more orders were placed."""
        enough = len(self.placed) + number
        eventually(lambda: len(self.placed) >= enough, timeout=90)


def test_whatever_is_scaled_or_killed_under_load_nothing_is_lost_and_nobody_refused(
    stack: Composed, lamp: str
) -> None:
    scales = {"order-api": 3, "order-worker": 4, "order-relay": 2}
    before = _orders(stack)
    with Shop(stack, lamp) as shop:
        shop.more(20)
        scaled = stack.compose(
            "up", "--detach", "--wait", "--pull", "never", "--no-recreate", "--scale", "grafana=0",
            *(word for service, number in scales.items() for word in ("--scale", f"{service}={number}")),
        )  # fmt: skip
        assert scaled.returncode == 0, scaled.stderr
        assert {service: stack.healthy(service) for service in scales} == scales
        assert _answering(stack) == 3

        stack.kill("order-api", 2)
        shop.more(20)
        for service in ("order-api", "order-worker", "order-relay", "user-worker", "user-relay"):
            stack.crash(service)
        shop.more(20)
        stack.kill("rabbitmq")
        shop.more(20)
        assert stack.compose("start", "rabbitmq", "order-api").returncode == 0
        shop.more(20)

    assert shop.refused == []
    eventually(lambda: stack.healthy("order-worker") == 4 and stack.healthy("rabbitmq") == 1, timeout=90)
    assert _orders(stack) == before + len(shop.placed)


def _orders(stack: Composed) -> int:
    """How many there are, none of which disagrees with any other book."""
    audit = stack.make("run", "audit")
    read = re.search(r"^nothing disagrees, 0 under way; read ([\d,]+) orders", audit.stdout)
    assert read, audit.stdout + audit.stderr
    return int(read[1].replace(",", ""))


def _answering(stack: Composed) -> int:
    """How many containers of order_service's API answer of so many requests."""
    for _ in range(40):
        assert requests.get(f"{stack.url('order')}/livez", timeout=20).status_code == 200
    lines = stack.compose("logs", "--no-log-prefix", "--tail", "60", "proxy").stdout.splitlines()
    return len({line.partition('"upstream": "')[2].partition('"')[0] for line in lines if ":5001" in line})


def test_data_outlive_the_containers(stack: Composed) -> None:
    before = _orders(stack)

    down = stack.make("down")
    assert (down.returncode, stack.containers()) == (0, [])
    assert stack.make("up").returncode == 0

    assert _orders(stack) == before
