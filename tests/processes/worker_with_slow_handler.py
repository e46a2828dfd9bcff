"""A worker of user_service that tells when it handles a placed order, and waits for leave: for ever, if none comes.

For an order of 7 cents it writes ``begun-7`` into its folder, and goes on once ``go-7`` is there.
"""

import threading
from pathlib import Path
from typing import Any

from events.orders import OrderPlaced
from user_service.cli import command_line
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.reserve_credit import reserve_credit


def waits(handled: Any, unit_of_work: Any) -> None:
    total = handled.event.total_cents
    Path(f"begun-{total}").touch()
    while not Path(f"go-{total}").exists():
        threading.Event().wait(0.02)
    reserve_credit(handled, unit_of_work)


if __name__ == "__main__":
    SUBSCRIPTIONS.use_cases[OrderPlaced] = waits
    command_line()(["worker"])
