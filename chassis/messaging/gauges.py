"""How much waits in a service's queues, for ``/metrics``."""

from collections.abc import Iterator

from broker import topology
from broker.depth_watch import DepthWatch
from chassis.observability.gauges import Gauges, Reading

QUEUES = {"queue_messages": "Messages that are ready in a queue: main, retry or dead."}


def queue_gauges(service: str, watch: DepthWatch) -> Gauges:
    """The depths of all queues of a service; none while the broker can't be asked."""
    kinds = {service: "main", topology.dead_queue(service): "dead"}

    def read() -> Iterator[Reading]:
        for queue, messages in watch.latest.items():
            yield Reading("queue_messages", messages, (queue, kinds.get(queue, "retry")))

    return Gauges(QUEUES, read, labels=("queue", "kind"))
