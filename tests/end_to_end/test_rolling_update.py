"""Everything is replaced by the next release while callers go on calling, and none of them notices."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import brokers
from tests.missing import skip_or_fail
from tests.rolling_update.front import NGINX
from tests.rolling_update.releases import NEXT, next_release
from tests.rolling_update.run import Plan, update
from tests.servers.databases import both_databases
from tests.stack import ROOT


@pytest.mark.parametrize("platform", ["rabbitmq+postgresql"])
def test_while_everything_is_replaced_nobody_is_refused_and_nothing_is_lost_or_doubled(
    platform: str, request: pytest.FixtureRequest, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if NGINX is None:
        skip_or_fail("no nginx: install Debian's package")
    broker_url, postgresql_url = (request.getfixturevalue(f"{name}_url") for name in platform.split("+"))
    plan = Plan(
        old=ROOT,
        new=next_release(tmp_path / "next"),
        rate=25,
        seconds_before=1,
        seconds_in_all=3,
        started_at_once=True,
        # nginx has so long to hear of it, also where much else is going on.
        shutdown_delay_seconds=3,
    )

    with both_databases(postgresql_url) as databases:
        found = update(plan, tmp_path, {"BROKER_URL": brokers.cleared(broker_url), **databases})

    record_property("longest gap between answers while updating", f"{found['during']['longest_gap_ms']} ms")
    assert (found["failures"], found["disagreements"], found["orders_nobody_asked_for"]) == ([], [], 0)
    assert (found["replaced"], found["exit_statuses"]) == (6, [0])
    assert found["orders_by_release"].keys() == {"old", NEXT}
