"""Relay alone: events that wait in the outbox are published, confirmed and forgotten."""

from bench.limits.confirms import confirms
from bench.ours.relay import relay
from bench.row import Contender, Judged, Row

ROW = Row(
    name="relay",
    contenders=(
        Contender("bare pika, asynchronous confirms, no database", "limit", "confirmed", confirms),
        Contender("this system's relay", "ours", "at least once, whatever dies", relay),
    ),
    judged=(Judged("relay", "events relayed", "/s", lambda sample: sample.rate, must=0.3, aim=0.5),),
    units=20_000,
    warm_up=2000,
)
