"""One update under load, and what the callers and the ledger say of it."""

import threading
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import create_engine

from tests import ledger
from tests.api_client import Caller, an_admin
from tests.eventually import eventually
from tests.rolling_update.callers import PRICE_CENTS, SKU, Callers
from tests.rolling_update.figures import failures, figures
from tests.rolling_update.fleet import SERVICES, Fleet
from tests.rolling_update.front import front
from tests.rolling_update.releases import COLUMN, TABLES
from tests.stack import ROLES

SETTLE_SECONDS = 120.0
CUSTOMERS = 8


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an update is to be."""

    old: Path
    new: Path
    rate: float
    seconds_before: float
    seconds_in_all: float
    #: How many processes of each kind there are.
    each: int = 1
    #: All successors are started at once, and the others only stopped one after the other: that is quicker.
    started_at_once: bool = False
    #: For how long the front still sends callers to an api process that was told to stop.
    lag_seconds: float = 0.5
    shutdown_delay_seconds: float = 2.0
    seed: int = 1


def update(plan: Plan, folder: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Replace everything while it is called, and tell how it went; ``settings`` name broker and databases."""
    with front(*SERVICES) as before:
        issuer = before.url("user")
        urls = {"TOKEN_ISSUER": issuer, "USER_PUBLIC_URL": issuer, "ORDER_PUBLIC_URL": before.url("order")}
        delay = {"SHUTDOWN_DELAY_SECONDS": str(plan.shutdown_delay_seconds)}
        fleet = Fleet(folder, {**settings, **urls, **delay}, before, plan.lag_seconds)
        try:
            return _update(plan, fleet)
        finally:
            fleet.stop()


def _update(plan: Plan, fleet: Fleet) -> dict[str, Any]:
    ledger.listen(fleet.environment["BROKER_URL"])
    fleet.migrate_to(plan.old)
    kinds = product(SERVICES, ROLES, range(plan.each))
    for instance in [fleet.begin(service, role, plan.old) for service, role, _ in kinds]:
        fleet.join(instance)
    callers = Callers(_customers(fleet), plan.rate, plan.seed)
    began = monotonic()
    callers.start()
    try:
        threading.Event().wait(plan.seconds_before)
        update_began = monotonic()
        fleet.migrate_to(plan.new)
        migrated = monotonic()
        _replace_all(plan, fleet)
        update_ended = monotonic()
        threading.Event().wait(max(2.0, began + plan.seconds_in_all - update_ended))
    finally:
        callers.stop()
    phases = {
        "before": (began, update_began),
        "during": (update_began, update_ended),
        "after": (update_ended, monotonic()),
    }
    return {
        **figures(callers.answers, phases),
        "failures": failures(callers.answers),
        "seconds_migrating": round(migrated - update_began, 1),
        "seconds_updating": round(update_ended - update_began, 1),
        "replaced": len(fleet.statuses),
        "exit_statuses": sorted(set(fleet.statuses.values())),
        **_books(fleet, callers),
    }


def _replace_all(plan: Plan, fleet: Fleet) -> None:
    former = fleet.instances[:]
    together = len(former) if plan.started_at_once else 1
    for some in (former[first : first + together] for first in range(0, len(former), together)):
        for successor in [fleet.begin(each.service, each.role, plan.new) for each in some]:
            fleet.join(successor)
        for each in some:
            fleet.retire(each)


def _customers(fleet: Fleet) -> list[Caller]:
    admin = an_admin(fleet)
    brick = {"name": "Brick", "unit_price_cents": PRICE_CENTS}
    admin.http.put(f"{admin.orders}/products/{SKU}", json=brick, timeout=20).raise_for_status()
    return [Caller(fleet) for _ in range(CUSTOMERS)]


def _books(fleet: Fleet, callers: Callers) -> dict[str, Any]:
    broker_url, orders_url = fleet.environment["BROKER_URL"], fleet.environment["ORDER_DATABASE_URL"]
    urls = (broker_url, fleet.environment["USER_DATABASE_URL"], orders_url)
    eventually(lambda: not ledger.at_rest(*urls), SETTLE_SECONDS)
    published = ledger.heard(broker_url)
    accepted = [order_id for _, order_id in callers.accepted]
    statuses = ledger.statuses(orders_url)
    return {
        "orders_accepted": len(accepted),
        "orders_there": statuses,
        "orders_by_release": _by_release(orders_url),
        "events_published": len(published),
        "events_published_again": len(published) - len({event["id"] for event in published}),
        "disagreements": [*ledger.missing(orders_url, accepted), *ledger.disagreements(*urls, published)],
        "orders_nobody_asked_for": sum(statuses.values()) - len(accepted),
    }


def _by_release(orders_url: str) -> dict[str, int]:
    engine = create_engine(orders_url)
    query = f"SELECT {COLUMN}, count(*) FROM {TABLES['order']} GROUP BY {COLUMN}"  # nosec B608
    found = {row[0] or "old": row[1] for row in ledger.rows(engine, query)}
    engine.dispose()
    return found
