"""Lets the faults happen, and starts again what died, as a supervisor does."""

import heapq
import signal
import threading
from collections import Counter
from collections.abc import Callable
from itertools import count
from time import monotonic

from tests.chaos.faults import VICTIMS, Fault, drawn
from tests.chaos.platforms import Platform
from tests.stack import Stack

TICK_SECONDS = 0.05
#: At most: a node of RabbitMQ takes its time to come back.
HEAL_SECONDS = 120.0


class Keeper:
    """Breaks the stack and what it runs on, until told to stop; then all is whole again."""

    def __init__(self, stack: Stack, platform: Platform, seed: int) -> None:
        #: What was done, by kind.
        self.done: Counter[str] = Counter()
        #: What ended without our doing, with its status.
        self.ended: Counter[str] = Counter()
        self._stack = stack
        self._switches = platform.switches
        self._faults = drawn(seed, {"kill", "hang", *platform.switches})
        self._next = next(self._faults)
        #: When which process is to be started again.
        self._dead: dict[str, float] = {}
        #: What is broken, and when it is healed.
        self._broken: list[tuple[float, int, str, Callable[[], object]]] = []
        self._numbers = count()
        self._whole = threading.Event()
        self._healed = threading.Event()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="keeper")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def heal(self) -> None:
        """No more faults; returns when all is healed and all processes are started."""
        self._whole.set()
        if not self._healed.wait(HEAL_SECONDS):
            self.stop()
            raise TimeoutError(f"not healed after {HEAL_SECONDS} s")

    def stop(self) -> None:
        """Heal, and watch no longer."""
        self._whole.set()
        self._stop.set()
        self._thread.join(120)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._began = monotonic()
            while not self._stop.is_set():
                self._turn(monotonic() - self._began)
                self._stop.wait(TICK_SECONDS)
            self._heal(float("inf"))
        except BaseException as error:
            self._error = error
            self._healed.set()
            raise

    def _turn(self, now: float) -> None:
        if self._whole.is_set():
            self._heal(float("inf"))
            self._start_what_died(now)
            self._healed.set()
            return
        self._heal(now)
        if now >= self._next.at:
            self._let_happen(self._next, now)
            self._next = next(self._faults)
        self._start_what_died(now)

    def _let_happen(self, fault: Fault, now: float) -> None:
        if fault.kind in {"kill", "hang"}:
            happened = self._hurt(fault, now)
        else:
            happened = all(what != fault.kind for _, _, what, _ in self._broken)
            if happened:
                switch = self._switches[fault.kind]
                switch.on(fault.victim)
                self._heal_at(now + fault.seconds, fault.kind, switch.off)
        self.done[fault.kind] += happened

    def _hurt(self, fault: Fault, now: float) -> bool:
        process = self._stack.processes.get(fault.victim)
        if process is None or process.poll() is not None:
            return False
        if fault.kind == "kill":
            self._stack.kill(fault.victim)
            self._dead[fault.victim] = now + fault.seconds
        else:
            process.send_signal(signal.SIGSTOP)
            self._heal_at(now + fault.seconds, fault.victim, lambda: process.send_signal(signal.SIGCONT))
        return True

    def _heal_at(self, when: float, what: str, off: Callable[[], object]) -> None:
        heapq.heappush(self._broken, (when, next(self._numbers), what, off))

    def _heal(self, now: float) -> None:
        while self._broken and self._broken[0][0] <= now:
            heapq.heappop(self._broken)[3]()

    def _start_what_died(self, now: float) -> None:
        for name in VICTIMS:
            process = self._stack.processes.get(name)
            if process is not None and (status := process.poll()) is not None:
                self.ended[f"{name} {status}"] += 1
                self._dead[name] = now + 0.5
                del self._stack.processes[name]
        for name in [name for name, when in self._dead.items() if when <= now or self._whole.is_set()]:
            del self._dead[name]
            self._stack.start(name)
