"""Publish half: one business row and one outbox row, committed, then confirmed by the broker."""

from bench.limits.inserts import inserts
from bench.ours.publish import publish
from bench.peers.running import PEERS, publishing
from bench.row import Contender, Judged, Row

ROW = Row(
    name="publish",
    contenders=(
        Contender("psycopg, one row a commit, 16 connections", "limit", "committed", inserts(), times=6),
        Contender("psycopg, a hundred rows a commit", "reference", "committed", inserts(100), times=12),
        Contender("this system's unit of work and relay", "ours", "at least once, whatever dies", publish()),
        Contender("the same, 50 in a unit of work", "ours", "at least once, whatever dies", publish(50), times=2),
        *(Contender(peer.name, "peer", peer.publishes, publishing(peer), times=0.5) for peer in PEERS),
    ),
    judged=(Judged("publish", "events stored and confirmed", "/s", lambda sample: sample.rate, must=0.7, aim=0.9),),
    units=2000,
    warm_up=500,
)
