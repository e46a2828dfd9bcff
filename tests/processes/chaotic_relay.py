"""A relay that sends each event twice, and shuffles within fifty: ``… user`` or ``… order``."""

import importlib
import random
import sys

from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.outbox import OutboxRow

WINDOW = 50
waiting = LeasedOutbox.waiting


def shuffled_and_twice(self: LeasedOutbox, limit: int) -> list[OutboxRow]:
    rows = waiting(self, limit)
    windows = [rows[begin : begin + WINDOW] * 2 for begin in range(0, len(rows), WINDOW)]
    for window in windows:
        random.shuffle(window)
    return [row for window in windows for row in window]


if __name__ == "__main__":
    LeasedOutbox.waiting = shuffled_and_twice  # type: ignore[method-assign] # that is the point
    importlib.import_module(f"{sys.argv[1]}_service.cli").command_line()(["relay"])
