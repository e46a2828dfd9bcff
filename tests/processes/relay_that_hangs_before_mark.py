"""A relay that stands still after the confirm, before it forgets the rows, until it is told to go on: ``… user``.

Once only: afterwards it is a relay like any other.
"""

import importlib
import os
import signal
import sys
from typing import Any

from chassis.store.leased_outbox import LeasedOutbox

settle = LeasedOutbox.settle


def hangs(self: LeasedOutbox, confirmed: list[int], **others: Any) -> bool:
    if confirmed:
        LeasedOutbox.settle = settle  # type: ignore[method-assign] # that is the point
        os.kill(os.getpid(), signal.SIGSTOP)
    return settle(self, confirmed, **others)


if __name__ == "__main__":
    LeasedOutbox.settle = hangs  # type: ignore[method-assign,assignment] # that is the point
    importlib.import_module(f"{sys.argv[1]}_service.cli").command_line()(["relay"])
