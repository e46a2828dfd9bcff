"""Orders over HTTP until they are confirmed: the same load for the floor, for ours and for peers."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.commits import Observer
from bench.meter import Meter
from bench.processes import paused
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
    #: What answers the requests, and what else takes part in an order.
    front: Callable[[], Sequence[int]]
    behind: Callable[[], Sequence[int]]
    orders: Observer
    confirmed: str
    tokens: Sequence[str] = ()
    #: Returns when nothing is under way.
    settle: Callable[[], None] = field(default=lambda: None)


class Customers:
    """They order in a shop by means of the load generator."""

    def __init__(self, servers: Servers, load: Program, shop: Shop) -> None:
        self._servers = servers
        self._load = load
        self._shop = shop
        self._ordered = shop.orders.count(shop.confirmed)

    def flow(self, number: int, rate: float = 0) -> Sample:
        """So many orders, from the first request until the last is confirmed; what was used until all was quiet."""
        shop = self._shop
        meter = Meter(self._servers, lambda: [*shop.front(), *shop.behind()])
        sent = self._order(number, rate)
        confirmed = self._await_confirmed(number)
        return meter.sample(
            number,
            confirmed[-1][0] - sent["began"],
            posts_per_second=_rate(sent),
            load_cpu_share=sent["cpu"] / (sent["ended"] - sent["began"]),
            **_percentiles(sent["answers"], confirmed),
        )

    def flow_and_posts_alone(self, number: int) -> Sample:
        """The same; then half as many orders while what is behind the front stands still, which is told beside it."""
        sample = self.flow(number)
        with paused(self._shop.behind()):
            sent = self._order(max(1, number // 2))
        self._await_confirmed(max(1, number // 2))
        return replace(sample, more={**sample.more, "posts_alone_per_second": _rate(sent)})

    def _order(self, number: int, rate: float = 0) -> dict[str, Any]:
        sent: dict[str, Any] = self._load.ask(
            port=self._shop.port,
            number=number,
            connections=CONNECTIONS,
            path="/orders",
            bodies=[ORDER],
            tokens=list(self._shop.tokens),
            rate=rate,
        )
        refused = [each for each in sent["answers"] if each[2] not in ACCEPTED]
        assert not refused, refused[0]
        self._ordered += number
        return sent

    def _await_confirmed(self, number: int) -> list[tuple[float, str]]:
        shop = self._shop
        shop.orders.await_count(shop.confirmed, self._ordered)
        shop.settle()
        return shop.orders.commit_times(shop.confirmed, "id")[-number:]


def _rate(sent: dict[str, Any]) -> float:
    return len(sent["answers"]) / float(sent["ended"] - sent["began"])


def _percentiles(answers: list[Answer], confirmed: list[tuple[float, str]]) -> dict[str, float]:
    """Milliseconds from when an order should have been sent until it was stored as confirmed."""
    sent = {json.loads(body)["id"]: sent_at for sent_at, _, _, body in answers}
    times = sorted((at - sent[order_id]) * 1000 for at, order_id in confirmed)
    return {"p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100]}
