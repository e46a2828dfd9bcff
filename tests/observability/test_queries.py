"""Every query of pages and alerts, asked of a real Prometheus that scrapes the running system, finds something."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from math import isnan
from typing import Any

import pytest
import requests
import yaml

from operations.dashboards.pages import PAGES
from tests.api_client import Caller, event, publish
from tests.eventually import eventually
from tests.observability.prometheus import RULES, WINDOW, Prometheus, hastened
from tests.stack import Stack

LISTED = "catalog.product_listed.v1"


def a_little_of_everything(stack: Stack, sku: str) -> None:
    """All that is counted while a system is well, and a dead letter."""
    ada = Caller(stack)
    for quantity in (1, 9):
        ada.settled(ada.place(sku, quantity=quantity)["id"])
    ada.cancel(ada.place(sku)["id"])
    ada.me()
    requests.post(f"{ada.users}/sessions", json={"email": "x@example.com", "password": "y" * 12}, timeout=20)
    listing = event(LISTED, {"sku": "chair", "name": "Chair", "unit_price_cents": 1, "active": True})
    for body in (json.dumps(listing).encode(), json.dumps(listing).encode(), b"{"):
        publish(stack.environment["BROKER_URL"], body, LISTED)


def of_pages() -> list[str]:
    """What the pages ask, with the window that Grafana would choose."""
    expressions = {query.expression for page in PAGES.values() for panel in page.panels for query in panel.queries}
    return sorted(expression.replace("$__rate_interval", WINDOW) for expression in expressions)


def of_rules() -> list[str]:
    """What is recorded, and what alerts compare, without their thresholds: those are not passed while all is well."""
    rules: list[dict[str, Any]] = [
        rule
        for path in RULES.glob("*.yml")
        for group in yaml.safe_load(hastened(path.read_text()))["groups"]
        for rule in group["rules"]
    ]
    compared = [re.sub(r" (==|<|>) [\d.]+$| unless .*| == 1 unless .*", "", rule["expr"].strip()) for rule in rules]
    return sorted(set(compared))


@pytest.mark.parametrize("asked", [of_pages, of_rules], ids=["pages", "rules"])
def test_every_query_finds_something(
    asked: Callable[[], list[str]], stack: Stack, lamp: str, prometheus: Prometheus
) -> None:
    missing = set(asked())

    def all_found() -> bool:
        a_little_of_everything(stack, lamp)
        missing.difference_update([each for each in missing if finds(prometheus, each)])
        return not missing

    assert len(missing) > 10
    with suppress(AssertionError):
        eventually(all_found, timeout=40)
    assert missing == set()


def finds(prometheus: Prometheus, expression: str) -> bool:
    """True if there is a series with a number."""
    return any(not isnan(float(series["value"][1])) for series in prometheus.query(expression))


def test_no_alert_fires_while_all_is_well(prometheus: Prometheus) -> None:
    # Dead letters are there: other tests made them.
    eventually(lambda: prometheus.query("service:relays_active:sum"), timeout=20)

    assert set(prometheus.firing()) <= {"DeadLetters"}
