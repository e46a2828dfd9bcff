"""A unit of work that another one got in the way of is done again, whole: deadlocks are nobody's fault."""

import random
import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import structlog

from chassis.errors import Collision, Conflict, StaleAggregate

log = structlog.get_logger()

T = TypeVar("T")

ATTEMPTS = 5
#: Whoever has waited so long for a lock need not wait again.
SECONDS = 3.0
#: Those that collided come back at different times, each time further apart.
FIRST_PAUSE_SECONDS = 0.02


def repeated(work: Callable[[], T]) -> T:
    """What the work returns; begun anew, a few times, where another got in its way, then it raises as ever.

    The work has to open its unit of work itself, only one that writes, and to leave nothing behind outside of it.
    """
    began = monotonic()
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except (Collision, Conflict, StaleAggregate) as error:
            if monotonic() - began > SECONDS:
                raise
            log.info("unit_of_work.repeated", attempt=attempt, error=type(error).__name__, reason=str(error))
            longest = FIRST_PAUSE_SECONDS * 2**attempt
            threading.Event().wait(random.uniform(0, longest))  # nosec B311 # noqa: S311 - no secret
    return work()
