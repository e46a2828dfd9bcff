"""The time, as the broker counts it."""

import time


def now_milliseconds() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
