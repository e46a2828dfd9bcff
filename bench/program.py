"""A program of the benchmark's own in another process: asked and answering by lines of JSON.

It begins with ``answer(handler)``; who measures it asks, and reads clocks before and after. So nothing is measured of
how it starts, connects and warms up.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Program:
    """A module that runs and can be asked."""

    def __init__(self, module: str, settings: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def ask(self, **question: Any) -> Any:
        """Its answer; waits for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{self._process.args} ended"
        return json.loads(line)

    def stop(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def running_program(module: str, **settings: str) -> Iterator[Program]:
    """A module that answers, ended at the end; ``settings`` are its environment."""
    program = Program(module, settings)
    try:
        yield program
    finally:
        program.stop()


def answer(handler: Callable[..., Any]) -> None:
    """Answer each line of the standard input by what the handler returns, until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(handler(**json.loads(line))) + "\n")
        sys.stdout.flush()
