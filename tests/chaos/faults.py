"""What goes wrong, when, and for how long: drawn from a seed, so that it can be drawn again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

VICTIMS = tuple(
    f"{service}-{role}" for service in ("user", "order") for role in ("api", "worker", "worker-2", "relay", "relay-2")
)
HANGING_VICTIMS = tuple(name for name in VICTIMS if "api" not in name)
#: Seconds between one fault and the next.
PAUSES = (0.3, 2.0)


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how often it is drawn beside the others, and how long it lasts at least and at most."""

    weight: float
    seconds: tuple[float, float] = (0.0, 0.0)
    victims: tuple[str, ...] = ("",)


KINDS = {
    "kill": Kind(16, (0.0, 0.5), VICTIMS),
    "hang": Kind(1, (4.0, 8.0), HANGING_VICTIMS),
    "cut broker": Kind(2),
    "cut database": Kind(2),
    "delay broker": Kind(1, (2.0, 6.0)),
    "delay database": Kind(1, (2.0, 6.0)),
    "blackhole broker": Kind(0.4, (5.0, 25.0), ("up", "down", "both")),
    "blackhole database": Kind(0.4, (5.0, 15.0), ("up", "down", "both")),
    "cut redis": Kind(1),
    "delay redis": Kind(0.5, (2.0, 6.0)),
    "blackhole redis": Kind(0.4, (5.0, 15.0), ("up", "down", "both")),
    "kill redis": Kind(0.5, (0.5, 4.0)),
    "kill broker": Kind(0.5, (0.5, 4.0)),
    "crash database": Kind(0.5, (0.5, 3.0)),
    "lock database": Kind(1, (3.0, 8.0)),
}


@dataclass(frozen=True)
class Fault:
    """One fault, in seconds after the beginning."""

    kind: str
    victim: str
    at: float
    seconds: float


def drawn(seed: int, kinds: set[str]) -> Iterator[Fault]:
    """Faults without end, the same for the same seed and kinds."""
    dice = random.Random(seed)
    names = sorted(kinds)
    weights = [KINDS[name].weight for name in names]
    at = 0.0
    while True:
        at += dice.uniform(*PAUSES)
        (name,) = dice.choices(names, weights)
        kind = KINDS[name]
        yield Fault(name, dice.choice(kind.victims), at, dice.uniform(*kind.seconds))
