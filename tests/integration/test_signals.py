"""A process that is told to stop hears it, whatever it is doing just then."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: In the middle of what can't be begun a second time: SIGTERM comes just there.
MOMENTS = {
    "looks whether to stop": """
with stop._cond:
    os.kill(os.getpid(), signal.SIGTERM)
""",
    "writes to its log": """
class Terminal:
    def write(self, text):
        os.kill(os.getpid(), signal.SIGTERM)
        sys.__stderr__.write(text)
    def flush(self):
        pass
structlog.configure(logger_factory=structlog.PrintLoggerFactory(Terminal()))
structlog.get_logger().info("something")
""",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_hears_that_it_is_to_stop_while_it(moment: str) -> None:
    lines = ["import os, signal, sys, structlog", "from chassis import process", "stop = process.begin(60)"]
    program = "\n".join([*lines, MOMENTS[moment], "sys.exit(not stop.wait(10))"])

    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 0, done.stderr
