"""A worker that is killed after its commit, before it acks: ``… user`` or ``… order``."""

import importlib
import os
import signal
import sys

from broker.consumer import Consumer
from broker.delivery import Delivery


def dies(_self: Consumer, _last: Delivery) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Consumer.ack = dies  # type: ignore[method-assign] # that is the point
    importlib.import_module(f"{sys.argv[1]}_service.cli").command_line()(["worker"])
