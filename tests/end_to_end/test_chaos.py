"""Orders under fire: processes, broker, databases and the network between them fail at random."""

import random
from pathlib import Path

import pytest

from chassis.process import EXIT_SOFTWARE
from tests.chaos.platforms import USUAL
from tests.chaos.run import Plan, unleash


@pytest.mark.parametrize("platform", USUAL)
def test_every_order_settles_and_nothing_is_lost_or_doubled(platform: str, tmp_path: Path) -> None:
    plan = Plan(platform=platform, seed=random.randrange(1_000_000), clients=10, seconds=45)

    found = unleash(plan, tmp_path)

    assert found["disagreements"] == [], f"seed {plan.seed}, {platform}"
    assert found["orders_accepted"] > 0
    assert [name for name in found["ended_by_themselves"] if name.endswith(f" {EXIT_SOFTWARE}")] == []
