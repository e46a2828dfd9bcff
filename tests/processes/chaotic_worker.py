"""A worker in which one event in five fails, after its write: ``… user`` or ``… order``."""

import importlib
import random
import sys
from typing import Any

from chassis.errors import Transient
from chassis.messaging.subscription import Subscriptions

FAILING_SHARE = 0.2
handle = Subscriptions.handle


def fails_at_random(self: Subscriptions, envelope: Any, unit_of_work: Any) -> None:
    handle(self, envelope, unit_of_work)
    if random.random() < FAILING_SHARE:
        raise Transient("chaos")


if __name__ == "__main__":
    Subscriptions.handle = fails_at_random  # type: ignore[method-assign] # that is the point
    importlib.import_module(f"{sys.argv[1]}_service.cli").command_line()(["worker"])
