"""``python -m operations.healthcheck``: whether this container's process is ready, for the engine that runs it.

It imports nothing of ours: it runs every few seconds in every container.
"""

import os
import sys
from http.client import HTTPException
from itertools import pairwise
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

#: Program and role -> the port's setting, and its default.
PORTS = {
    ("user-service", "api"): ("USER_PORT", 5000),
    ("user-service", "worker"): ("USER_WORKER_PORT", 5010),
    ("user-service", "relay"): ("USER_RELAY_PORT", 5020),
    ("order-service", "api"): ("ORDER_PORT", 5001),
    ("order-service", "worker"): ("ORDER_WORKER_PORT", 5011),
    ("order-service", "relay"): ("ORDER_RELAY_PORT", 5021),
}
FIRST_PROCESS = Path("/proc/1/cmdline")
TIMEOUT_SECONDS = 4.0


def main() -> int:
    """Exit status 0 if the first process is ready, or serves nothing; else 1, with one line that says why."""
    port = port_of(FIRST_PROCESS.read_bytes().decode(errors="replace").split("\0"))
    if port is None:
        print("serves nothing")
        return 0
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=TIMEOUT_SECONDS):  # nosec B310 # ourselves
            print("ready")
            return 0
    except (URLError, HTTPException, OSError) as error:
        print(f"not ready: {error}")
        return 1


def port_of(command_line: list[str]) -> int | None:
    """The port that such a process listens on; None for one that listens on none."""
    words = [Path(word).name for word in command_line if word]
    for program_and_role in pairwise(words):
        if program_and_role in PORTS:
            setting, default = PORTS[program_and_role]
            return int(os.environ.get(setting) or default)
    return None


if __name__ == "__main__":
    sys.exit(main())
