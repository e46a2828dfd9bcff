"""One run of chaos: fire, rest, and what the ledger says then."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests import ledger
from tests.api_client import an_admin
from tests.chaos.faults import VICTIMS
from tests.chaos.keeper import Keeper
from tests.chaos.platforms import platform
from tests.chaos.shoppers import PRICE_CENTS, SKU, Tally, shop
from tests.eventually import eventually
from tests.stack import Stack, running

#: One event in five fails: with so many attempts none is given up for bad luck.
RETRY_DELAYS_SECONDS = tuple(range(1, 13))
#: Each event is sent twice and shuffled, one in five fails after its write.
MISBEHAVING = {"relay": "tests.processes.chaotic_relay", "worker": "tests.processes.chaotic_worker"}
SETTLE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is to be; the same seed draws the same faults and orders."""

    platform: str
    seed: int
    clients: int
    seconds: float
    #: By all clients together: a backlog that grows all the time would never settle.
    orders_a_second: float = 10.0
    #: It is over earlier once so many orders were accepted.
    orders: int | None = None
    misbehaving: bool = True


def unleash(plan: Plan, folder: Path) -> dict[str, Any]:
    """Order under fire, wait until all is quiet, and tell what was done and what disagrees."""
    (folder / "var").mkdir(exist_ok=True)
    with platform(plan.platform, folder) as below:
        settings = {**below.settings, "RETRY_DELAYS_SECONDS": ",".join(map(str, RETRY_DELAYS_SECONDS))}
        with running(folder, settings, MISBEHAVING if plan.misbehaving else {}) as stack:
            ledger.listen(below.broker_url)
            _make_ready(stack)
            keeper = Keeper(stack, below, plan.seed)
            began = monotonic()
            tally = _shop_under_fire(stack, keeper, plan)
            fired = monotonic() - began
            try:
                eventually(
                    lambda: (
                        not ledger.at_rest(below.broker_url, below.users_url, below.orders_url, RETRY_DELAYS_SECONDS)
                    ),
                    timeout=SETTLE_SECONDS,
                )
            finally:
                keeper.stop()
            published = ledger.heard(below.broker_url)
            return {
                "seed": plan.seed,
                "faults": dict(sorted(keeper.done.items())),
                "ended_by_themselves": dict(sorted(keeper.ended.items())),
                "seconds_under_fire": round(fired, 1),
                "seconds_until_settled": round(monotonic() - began, 1),
                "answers": dict(sorted(tally.answers.items())),
                "orders_accepted": len(tally.accepted),
                "statuses": ledger.statuses(below.orders_url),
                "events_published": len(published),
                "events_published_again": len(published) - len({event["id"] for event in published}),
                "disagreements": [
                    *ledger.missing(below.orders_url, tally.accepted),
                    *ledger.disagreements(below.broker_url, below.users_url, below.orders_url, published),
                ],
            }


def _make_ready(stack: Stack) -> None:
    for name in VICTIMS:
        if name not in stack.processes:
            stack.start(name)
    admin = an_admin(stack)
    product = {"name": "Chaos", "unit_price_cents": PRICE_CENTS}
    admin.http.put(f"{admin.orders}/products/{SKU}", json=product, timeout=20).raise_for_status()


def _shop_under_fire(stack: Stack, keeper: Keeper, plan: Plan) -> Tally:
    tally, over = Tally(plan.orders), threading.Event()
    alarm = threading.Timer(plan.seconds, over.set)
    alarm.start()
    keeper.start()
    try:
        with ThreadPoolExecutor(plan.clients) as pool:
            dice = [random.Random(f"{plan.seed}-{index}") for index in range(plan.clients)]
            pause = plan.clients / plan.orders_a_second
            list(pool.map(lambda one: shop(stack, tally, one, over, pause), dice))
    except BaseException:
        keeper.stop()
        raise
    finally:
        alarm.cancel()
    keeper.heal()
    return tally
