"""While a new version of an event is on its way in, both are out: what is told twice has one effect."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.messaging.handling import handle_once
from chassis.store import outbox
from chassis.store.store import Store
from events.decode import decode
from events.envelope import STRUCTURED, Envelope
from events.event import Event
from tests.older import V1, V2, V3, OrderRecalled, in_the_catalogue
from tests.stores import SCHEMAS_URL, envelope
from user_service.subscriptions import SUBSCRIPTIONS


@pytest.fixture(autouse=True)
def _three_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_catalogue(monkeypatch)


@pytest.fixture
def sent(sqlite_store: Store[Any]) -> list[Envelope[Event]]:
    """One event, as it lies in the outbox in each of its versions."""
    recalled = envelope(OrderRecalled(order_id=uuid4(), user_id=7, amount_cents=500, by="ada"))
    table = sqlite_store.tables.outbox
    with sqlite_store.writing() as unit_of_work:
        outbox.add(unit_of_work._connection, table, [recalled], SCHEMAS_URL)
    with sqlite_store.connection(writes=False) as connection:
        rows = connection.execute(select(table.c.type, table.c.body).order_by(table.c.position)).all()
    assert [row.type for row in rows] == [V3, V2, V1]
    now = datetime.now(UTC)
    return [decode(row.body, content_type=STRUCTURED, headers={}, routing_key=row.type, now=now) for row in rows]


def test_an_event_leaves_in_every_version_that_is_told_under_one_id_and_number(sent: list[Envelope[Event]]) -> None:
    assert len({(each.source, each.id, each.sequence) for each in sent}) == 1


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_who_gets_it_in_three_versions_lets_it_take_effect_once(
    together: bool, sent: list[Envelope[Event]], sqlite_store: Store[Any]
) -> None:
    handled: list[Event] = []
    listening = replace(
        SUBSCRIPTIONS,
        use_cases={OrderRecalled: lambda taken, _: handled.append(taken.event)},
        preload=lambda *_: None,
    )

    for batch in [sent] if together else [[each] for each in sent]:
        handle_once(sqlite_store, listening, batch)

    assert handled == [sent[0].event]
