"""Orders over HTTP until they are confirmed: the same load for the floor, for ours and for peers."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.commits import Observer
from bench.meter import Meter
from bench.program import Program
from bench.row import Sample
from bench.servers import Servers

CONNECTIONS = 16
ORDER = '{"lines": [{"sku": "lamp", "quantity": 1}]}'
ACCEPTED = {200, 201, 202}
#: When it was sent and answered, status and body.
Answer = tuple[float, float, int, str]


@dataclass(frozen=True)
class Shop:
    """Something that takes orders over HTTP. ``confirmed`` are the rows of orders at the end of their way."""

    port: int
    pids: Callable[[], Iterable[int]]
    orders: Observer
    confirmed: str
    tokens: Sequence[str] = ()
    #: Returns when nothing is under way.
    settle: Callable[[], None] = field(default=lambda: None)


def flow(servers: Servers, load: Program, shop: Shop, number: int, rate: float = 0) -> Sample:
    """So many orders, from the first request until the last is confirmed; then what was used until all was quiet."""
    before = shop.orders.count(shop.confirmed)
    meter = Meter(servers, shop.pids)
    sent = load.ask(
        port=shop.port,
        number=number,
        connections=CONNECTIONS,
        path="/orders",
        bodies=[ORDER],
        tokens=list(shop.tokens),
        rate=rate,
    )
    refused = [each for each in sent["answers"] if each[2] not in ACCEPTED]
    assert not refused, refused[0]
    shop.orders.await_count(shop.confirmed, before + number)
    shop.settle()
    confirmed = shop.orders.commit_times(shop.confirmed, "id")[-number:]
    answering = sent["ended"] - sent["began"]
    return meter.sample(
        number,
        confirmed[-1][0] - sent["began"],
        posts_per_second=number / answering,
        load_cpu_share=sent["cpu"] / answering,
        **_percentiles(sent["answers"], confirmed),
    )


def _percentiles(
    answers: list[tuple[float, float, int, str]], confirmed: list[tuple[float, str]]
) -> dict[str, float]:
    """Milliseconds from when an order should have been sent until it was stored as confirmed."""
    sent = {json.loads(body)["id"]: sent_at for sent_at, _, _, body in answers}
    times = sorted((at - sent[order_id]) * 1000 for at, order_id in confirmed)
    return {"p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100]}
