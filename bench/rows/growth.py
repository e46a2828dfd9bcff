"""Growth: what an event costs, and what memory it takes, with little and with much that waits."""

from bench.ours.backlog import Opened, relay_with, worker_with
from bench.row import Contender, Judged, Row

LITTLE, MUCH = 1_000, 100_000
MUST, AIM = 1.2, 1.05


def row(name: str, of_what: str, opened_with: dict[int, Opened]) -> Row:
    """Little waiting is the limit, much is what is judged."""
    return Row(
        name=f"{name}-growth",
        contenders=(
            Contender(f"{LITTLE:,} waiting", "limit", "as ever", opened_with[LITTLE], times=0.1),
            Contender(f"{MUCH:,} waiting", "ours", "as ever", opened_with[MUCH]),
        ),
        judged=(
            Judged(
                f"{name}_growth_cpu",
                f"{of_what}: CPU of an event, servers and all",
                "ms",
                lambda sample: sample.whole_cpu_per_unit * 1000,
                MUST,
                AIM,
                "less",
            ),
            Judged(
                f"{name}_growth_time",
                f"{of_what}: time of an event",
                "ms",
                lambda sample: 1000 / sample.rate,
                MUST,
                AIM,
                "less",
            ),
            Judged(
                f"{name}_growth_memory",
                f"{of_what}: memory at most",
                "MiB",
                lambda sample: sample.more["peak_mib"],
                MUST,
                AIM,
                "less",
            ),
        ),
        units=MUCH,
        warm_up=MUCH // 50,
    )


RELAY = row("relay", "relay", {each: relay_with(each) for each in (LITTLE, MUCH)})
WORKER = row("worker", "worker", {each: worker_with(each) for each in (LITTLE, MUCH)})
