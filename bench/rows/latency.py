"""Latency: 50 orders a second, from the moment each should be sent until it is stored as confirmed."""

from bench.ours.shop import our_shop
from bench.peers.shops import PEER_SHOPS, shop_of
from bench.row import Contender, Judged, Row
from bench.rows.orders import ordering

RATE = 50

ROW = Row(
    name="latency",
    contenders=(
        Contender("this system", "ours", "nothing lost, nothing twice", ordering(our_shop, RATE)),
        *(Contender(peer.name, "peer", peer.guarantee, ordering(shop_of(peer), RATE)) for peer in PEER_SHOPS),
    ),
    judged=(
        Judged("p50", "POST to confirmed, half", "ms", lambda sample: sample.more["p50_ms"], 20, 10, "less", False),
        Judged("p99", "POST to confirmed, 99 %", "ms", lambda sample: sample.more["p99_ms"], 60, 30, "less", False),
    ),
    units=400,
    warm_up=100,
)
