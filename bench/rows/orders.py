"""Order flow: ``POST /orders`` until confirmed, one process of each kind, 16 connections."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from bench.limits.floor import floor
from bench.order_flow import Customers, Shop
from bench.ours.shop import our_shop
from bench.peers.shops import PEER_SHOPS, shop_of
from bench.program import running_program
from bench.row import Contender, Judged, Row, Run
from bench.servers import Servers

OpenedShop = Callable[[Servers], AbstractContextManager[Shop]]


def ordering(shop: OpenedShop, rate: float | None = None) -> Callable[[Servers], AbstractContextManager[Run]]:
    """The order flow of this shop; at ``rate`` orders a second, or as fast as it answers, and then posts alone."""

    @contextmanager
    def opened(servers: Servers) -> Iterator[Run]:
        with shop(servers) as ready, running_program("bench.load") as load:
            customers = Customers(servers, load, ready)
            yield customers.flow_and_posts_alone if rate is None else partial(customers.flow, rate=rate)

    return opened


ROW = Row(
    name="orders",
    contenders=(
        Contender("bare Flask + gunicorn, insert and commit", "limit", "committed", ordering(floor()), times=4),
        Contender("the same by two processes", "reference", "committed", ordering(floor(workers=2)), times=6),
        Contender("this system", "ours", "nothing lost, nothing twice", ordering(our_shop)),
        *(Contender(peer.name, "peer", peer.guarantee, ordering(shop_of(peer))) for peer in PEER_SHOPS),
    ),
    judged=(
        Judged("order_flow", "orders confirmed", "/s", lambda sample: sample.rate, must=0.35, aim=0.5),
        Judged(
            "post_alone",
            "POST /orders, all else standing still",
            "/s",
            lambda sample: sample.more["posts_alone_per_second"],
            must=0.5,
            aim=0.8,
        ),
        Judged(
            "post",
            "POST /orders, all else at work",
            "/s",
            lambda sample: sample.more["posts_per_second"],
            must=0.5,
            aim=0.8,
        ),
        Judged(
            "cpu", "CPU of an order", "ms", lambda sample: sample.cpu_per_unit * 1000, must=4, aim=2.5, better="less"
        ),
    ),
    units=500,
    warm_up=100,
)
