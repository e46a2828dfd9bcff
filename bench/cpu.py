"""Processor time of processes with all their children, as Linux counts it."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system seconds of these processes, and of all below them, also of what has ended."""
    times = _all_times()
    return sum(times[pid][1] for pid in _trees(roots, times) if pid in times)


def pids_below(roots: Iterable[int]) -> set[int]:
    """These processes and all that live below them."""
    return _trees(roots, _all_times())


def peak_memory_mib(roots: Iterable[int]) -> float:
    """The most that each of these processes, and of those below them, ever held in memory (resident), together."""
    return sum(_peak_kib(pid) for pid in pids_below(roots)) / 1024


def _all_times() -> dict[int, tuple[int, float]]:
    """The parent and the seconds of each process there is."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            # From the state on: the parent is 2nd; user, system, and both of ended children are 12th to 15th.
            found[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICKS_PER_SECOND
    return found


def _trees(roots: Iterable[int], times: dict[int, tuple[int, float]]) -> set[int]:
    children = defaultdict(list)
    for pid, (parent, _) in times.items():
        children[parent].append(pid)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children[pid]
    return found


def _peak_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
