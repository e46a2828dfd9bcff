"""Orders under fire: workers and relays are killed and restarted at random."""

import random

from tests.chaos import unleash
from tests.stack import Stack


def test_every_order_settles_and_nothing_is_lost_or_doubled(stack: Stack) -> None:
    seed = random.randrange(1_000_000)

    found = unleash(stack, orders=300, clients=10, seed=seed)

    assert found["disagreements"] == [], f"seed {seed}"
    assert sum(found["statuses"].values()) == 300  # type: ignore[attr-defined] # a dictionary of counts
