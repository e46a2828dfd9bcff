"""Contenders take turns, so that a noisy neighbour disturbs all of them alike."""

from collections.abc import Callable
from contextlib import ExitStack
from math import inf
from time import monotonic

from bench.row import Contender, Row, Sample
from bench.servers import Servers

FEWEST_TURNS = 3
#: By the names of contenders: a sample for each turn.
Samples = dict[str, list[Sample]]


def take_turns(
    row: Row, servers: Servers, *, repeat: int, scale: float, tell: Callable[[str], None], until: float = inf
) -> Samples:
    """Every contender once, then every one again; each was warmed up before the first turn counts.

    When it is ``until``, by the monotonic clock, there are no more turns, but for the fewest that have a median.
    """
    with ExitStack() as opened:
        runs = {}
        for each in row.contenders:
            tell(f"{row.name}: {each.name} warms up")
            runs[each.name] = opened.enter_context(each.opened(servers))
            runs[each.name](_scaled(row.warm_up, each, scale))
        samples: Samples = {name: [] for name in runs}
        for turn in range(repeat):
            if turn >= FEWEST_TURNS and monotonic() > until:
                break
            for each in row.contenders:
                tell(f"{row.name}: {each.name}, {turn + 1} of {repeat}")
                samples[each.name].append(runs[each.name](_scaled(row.units, each, scale)))
        return samples


def _scaled(number: int, contender: Contender, scale: float) -> int:
    return max(1, round(number * contender.times * scale))
