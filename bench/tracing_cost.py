"""What traces cost: processor time for an order over HTTP, with traces off and on.

``python -m bench.tracing_cost``. On busy cores only the ratio counts. Both run in turn, in processes of their own; a
collector takes what is sent. Off costs a test of one variable at each place where a span would begin; the last line
tells how long that takes.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from time import perf_counter, process_time

from chassis.observability import logs, tracing
from tests.component.conftest import ADMIN, bearer, make_app
from tests.observability.collector import collecting
from tests.stores import ORDERS, migrated

ROUNDS = 5
ORDERS_EACH = 300
SPANS = 100_000


def main() -> None:
    """Print milliseconds of processor time for an order, and the ratio."""
    if sys.argv[1:] == ["once"]:
        sys.stdout.write(f"{once()}\n")
        return
    with collecting() as collector:
        off, on = [], []
        for _ in range(ROUNDS):
            off.append(measured({}))
            on.append(measured({"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}))
    ratio = statistics.median(on) / statistics.median(off)
    sys.stdout.write(
        f"off {statistics.median(off) * 1000:.2f} ms, on {statistics.median(on) * 1000:.2f} ms: {ratio:.2f} times\n"
        f"a span that is off: {nothing() * 1e6:.2f} µs\n"
    )


def measured(settings: dict[str, str]) -> float:
    """Seconds for an order in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.tracing_cost", "once"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def once() -> float:
    """Seconds of processor time for an order, this process's threads together."""
    logs.configure("info", "json", service="order_service", process="api")
    tracing.configure("order_service", "api")
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated(ORDERS, f"sqlite:///{folder}/orders.sqlite") as store,
    ):
        client = make_app(ORDERS, store).test_client()
        client.put("/products/lamp", json={"name": "Lamp", "unit_price_cents": 1}, headers=bearer(1, ADMIN))
        headers = bearer(1)
        began = process_time()
        for _ in range(ORDERS_EACH):
            answer = client.post("/orders", json={"lines": [{"sku": "lamp", "quantity": 1}]}, headers=headers)
            assert answer.status_code == 202, answer.text
        return (process_time() - began) / ORDERS_EACH


def nothing() -> float:
    """Seconds for a span where traces are off."""
    began = perf_counter()
    for _ in range(SPANS):
        with tracing.span("nothing"):
            pass
    return (perf_counter() - began) / SPANS


if __name__ == "__main__":
    main()
