"""user_service's worker, which an order of 13 cents kills: by ``exit``, or as the ``memory`` killer would."""

import os
import signal
import sys
from typing import Any

from chassis.messaging.subscription import Subscriptions
from user_service.cli import command_line

POISON_CENTS = 13
handle = Subscriptions.handle


def dies(self: Subscriptions, envelope: Any, unit_of_work: Any) -> None:
    handle(self, envelope, unit_of_work)
    if getattr(envelope.event, "total_cents", None) == POISON_CENTS:
        os._exit(9) if sys.argv[1] == "exit" else os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Subscriptions.handle = dies  # type: ignore[method-assign] # that is the point
    command_line()(["worker"])
