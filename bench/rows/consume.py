"""Consume half: a message becomes an inbox claim and one row, committed, and is acked; by one worker."""

from bench.limits.inserts import inserts
from bench.ours.worker import worker
from bench.peers.running import PEERS, consuming
from bench.row import Contender, Judged, Row

ROW = Row(
    name="consume",
    contenders=(
        Contender("psycopg, one row a commit, 16 connections", "limit", "committed", inserts(), times=3),
        Contender("psycopg, a hundred rows a commit", "reference", "committed", inserts(100), times=6),
        Contender("this system's worker", "ours", "nothing lost, nothing twice", worker),
        *(Contender(peer.name, "peer", peer.consumes, consuming(peer), times=0.25) for peer in PEERS),
    ),
    judged=(Judged("consume", "events consumed", "/s", lambda sample: sample.rate, must=1.5, aim=2.5),),
    units=4000,
    warm_up=1000,
)
