"""Guarantees of the rest of the chassis: how processes live and end, what they tell."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import (
    FAULTS,
)

MUTANTS = (
    Mutant(
        "the last spans of an api process are sent",
        "chassis/observability/otel.py",
        "        Finalize(None, provider.shutdown, exitpriority=1)\n",
        "        __import__('atexit').register(provider.shutdown)\n",
        "tests/observability/test_traces.py::test_what_was_recorded_is_sent_when_a_process_is_told_to_stop",
    ),
    Mutant(
        "what dies with its parent is gone",
        "chassis/service.py",
        '        die_with_parent()\n        tracing.configure(self.name, "api")\n',
        '        tracing.configure(self.name, "api")\n',
        "tests/end_to_end/test_kills.py::test_when_the_server_s_parent_is_killed_nothing_is_left_that_answers",
    ),
    Mutant(
        "a worker that hangs ends at its budget",
        "chassis/process.py",
        "    die_at(drain_seconds, stop)\n",
        "",
        f"{FAULTS}/test_stopping_a_worker.py"
        "::test_a_worker_that_hangs_ends_at_its_budget_and_the_next_one_handles_what_it_held",
    ),
    Mutant(
        "a process hears that it is to stop whatever it is doing",
        "chassis/process.py",
        "        signal.signal(number, _leave_it_to_the_thread)\n",
        "        signal.signal(number, lambda *_: (log.info('process.stopping'), stop.set()))\n",
        "tests/integration/test_signals.py::test_a_process_hears_that_it_is_to_stop_while_it",
    ),
)
