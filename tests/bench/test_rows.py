"""Each row runs, in a few units: what it says of speed is looked at by nobody here."""

from dataclasses import replace
from importlib.util import find_spec

import pytest

from bench.__main__ import ROWS
from bench.findings import findings
from bench.servers import Servers
from bench.turns import take_turns
from tests.matrix import ALL

SHORT = 0.005
#: It took 27 seconds on two cores, most of them until six processes are ready. CI has 25 minutes for everything. It
#: starts the same stack elsewhere (`end_to_end/`), and sees rows run from their beginning to their table.
WHOLE_STACK = pytest.mark.skipif(not ALL, reason="half a minute for a stack that others start: TEST_ALL=1 runs it")
#: What peers need (Celery, FastStream, gunicorn, dramatiq) neither develops nor runs this system: `make bench`
#: installs it, CI does not. They are what is compared with, not what is promised.
WITH_PEERS = pytest.mark.skipif(
    not (ALL and find_spec("celery") and find_spec("gunicorn")),
    reason="the peers are installed by `make bench` alone, which runs these rows; then TEST_ALL=1 runs this too",
)


@pytest.mark.parametrize("name", ["consume", "relay", *(["publish"] if ALL else [])])
def test_the_limit_and_ours_take_turns(servers: Servers, name: str) -> None:
    row = ROWS[name]
    row = replace(row, contenders=[each for each in row.contenders if each.kind in {"limit", "ours"}])

    samples = take_turns(row, servers, repeat=1, scale=SHORT, tell=lambda _: None)

    (found,) = findings(row, samples)
    assert [each.value.median > 0 for each in found.contenders] == [True] * len(row.contenders)
    assert all(each.ratio for each in found.contenders)


@WHOLE_STACK
def test_orders_are_followed_until_they_are_confirmed(servers: Servers) -> None:
    row = ROWS["latency"]
    row = replace(row, contenders=[each for each in row.contenders if each.kind == "ours"])

    samples = take_turns(row, servers, repeat=1, scale=SHORT, tell=lambda _: None)

    half, most = findings(row, samples)
    assert 0 < half.contenders[0].value.median <= most.contenders[0].value.median


@WITH_PEERS
@pytest.mark.parametrize("name", ["consume", "publish", "orders"])
def test_peers_take_turns(servers: Servers, name: str) -> None:
    row = ROWS[name]
    row = replace(row, contenders=[each for each in row.contenders if each.kind == "peer"])

    samples = take_turns(row, servers, repeat=1, scale=SHORT, tell=lambda _: None)

    assert all(sample.units and sample.seconds > 0 for turns in samples.values() for sample in turns)
