"""Processes of contenders: started with their output in a file, stopped by their ids."""

import os
import signal
import subprocess
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.cpu import pids_below
from bench.program import ROOT
from tests.eventually import eventually

BIN = Path(sys.executable).parent
STOP_SECONDS = 20


@contextmanager
def running_command(
    command: list[str], folder: Path, settings: Mapping[str, str], name: str = "process"
) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ``.venv/bin`` with these settings, ended with its children; what it said is shown at a failure."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **settings}
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    except BaseException:
        sys.stderr.write(f"== {command}\n{log.read_text(errors='replace')[-3000:]}\n")
        raise
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def await_answer(url: str, statuses: Container[int] = range(600)) -> None:
    """Return as soon as something answers HTTP there, by one of these statuses."""

    def answers() -> bool:
        try:
            return requests.get(url, timeout=2).status_code in statuses
        except requests.RequestException:
            return False

    eventually(answers, timeout=30)


@contextmanager
def paused(pids: Iterable[int]) -> Iterator[None]:
    """Processes with all below them stand still, while their work is laid ready; then all go on at once."""
    everyone = pids_below(pids)
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everyone:
            os.kill(pid, signal.SIGCONT)
