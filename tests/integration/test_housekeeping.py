"""What is kept long enough goes, in small batches; and what a late duplicate finds then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import insert, select

from chassis.messaging.handling import handle_once
from chassis.messaging.housekeeping import BATCH, Housekeeping
from chassis.service import Service
from chassis.store.store import Store
from chassis.store.sweep import remove_older
from tests.stores import ORDERS, USERS, add_user, count, envelope, migrated, opened, placed
from user_service.domain.mailed_link import Purpose
from user_service.store.signing_keys import OUTLIVES, make_first_key, rotate
from user_service.store.tables import REVOKED_TOKENS, SIGNING_KEYS
from user_service.subscriptions import SUBSCRIPTIONS as OF_USERS

KEPT = timedelta(days=30)


def claim(store: Store[Any], *ages: timedelta) -> None:
    rows = [{"source": "/x", "event_id": str(uuid4()), "handled_at": datetime.now(UTC) - age} for age in ages]
    with store.connection(writes=True) as connection:
        connection.execute(insert(store.tables.inbox), rows)


#: What the business itself keeps, and what can't grow: table -> why nobody sweeps it.
KEPT_FOR_EVER = {
    "users": "their accounts",
    "reservations": "what orders asked of the credit: an order that comes late must find it",
    "clients": "one is made by hand",
    "admin_actions": "the book of who did what to others' accounts",
    "customers": "one for each user",
    "orders": "what the service is there for",
    "order_history": "what became of the orders",
    "products": "the price list",
    "outbox": "the relay removes what is published, and nobody may drop what could not be",
    "lease": "one row",
}


def test_ids_are_forgotten_after_their_time_and_not_before(user_store: Store[Any]) -> None:
    claim(user_store, KEPT + timedelta(hours=1), KEPT - timedelta(hours=1))

    Housekeeping(user_store, inbox_kept=KEPT).turn()

    assert count(user_store, "inbox") == 1


def test_answers_to_keyed_requests_are_kept_for_a_day(user_store: Store[Any]) -> None:
    table, now = user_store.tables.answers, datetime.now(UTC)
    ages = {"old": timedelta(hours=24, minutes=1), "young": timedelta(hours=23, minutes=59)}
    with user_store.connection(writes=True) as connection:
        connection.execute(insert(table), [{"key": key, "created_at": now - age} for key, age in ages.items()])

    Housekeeping(user_store, inbox_kept=KEPT).turn()

    with user_store.connection(writes=False) as connection:
        assert list(connection.scalars(select(table.c.key))) == ["young"]


def test_what_has_expired_is_gone_an_hour_later(user_store: Store[Any]) -> None:
    now = datetime.now(UTC)
    ages = {"gone": timedelta(hours=1, minutes=1), "just over": timedelta(minutes=59)}
    rows = [{"token_id": name, "expires_at": now - age} for name, age in ages.items()]
    with user_store.connection(writes=True) as connection:
        connection.execute(insert(REVOKED_TOKENS), rows)

    Housekeeping(user_store, inbox_kept=KEPT).turn()

    with user_store.connection(writes=False) as connection:
        assert list(connection.scalars(select(REVOKED_TOKENS.c.token_id))) == ["just over"]


def test_a_turn_takes_one_batch_and_is_due_again_while_there_is_more(user_store: Store[Any]) -> None:
    claim(user_store, *[KEPT * 2] * (BATCH + 5))
    housekeeping = Housekeeping(user_store, inbox_kept=KEPT)

    housekeeping.turn()
    assert count(user_store, "inbox") == 5
    housekeeping.turn()
    assert count(user_store, "inbox") == 0

    claim(user_store, KEPT * 2)
    housekeeping.turn()
    assert count(user_store, "inbox") == 1


def test_sweeping_and_claiming_at_once_do_not_get_in_each_other_s_way(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    claim(user_store, *[KEPT * 2] * (3 * BATCH))
    housekeeping = Housekeeping(user_store, inbox_kept=KEPT)

    for _ in range(3):
        housekeeping.turn()
        handle_once(user_store, OF_USERS, [envelope(placed(user_id, total=1)) for _ in range(20)])

    assert count(user_store, "inbox") == 60


@pytest.mark.parametrize("service", [USERS, ORDERS], ids=["user_service", "order_service"])
def test_no_table_grows_for_ever_unless_the_business_keeps_it(service: Service, sqlite_url: str) -> None:
    tables = set(service.tables.metadata.tables)

    with opened(service, sqlite_url) as store:
        swept = service.housekeeping(store, service.settings()).swept

    assert swept <= tables
    assert sorted(tables - swept) == sorted(tables & set(KEPT_FOR_EVER))


def test_a_column_that_a_sweep_goes_by_has_an_index() -> None:
    for service in (USERS, ORDERS):
        for each in service.tables.retained:
            indexed = {index.columns.keys()[0] for index in each.table.indexes}

            assert each.column in indexed, each.table.name


def test_a_mail_that_nobody_could_send_for_a_week_is_given_up(user_store: Store[Any]) -> None:
    now = datetime.now(UTC)
    with user_store.writing() as unit_of_work:
        for age in (timedelta(days=8), timedelta(days=6)):
            unit_of_work.mails.ask(Purpose.EMAIL_CONFIRMATION, "ada@example.com", now - age)

    Housekeeping(user_store, inbox_kept=KEPT).turn()

    assert count(user_store, "mails") == 1


def test_a_key_goes_once_its_last_token_has_expired(user_store: Store[Any]) -> None:
    make_first_key(user_store)
    rotate(user_store, timedelta(0))
    housekeeping = USERS.housekeeping(user_store, USERS.settings())

    housekeeping.turn()
    assert count(user_store, "signing_keys") == 2
    with user_store.connection(writes=True) as connection:
        connection.execute(SIGNING_KEYS.update().values(signs_from=datetime.now(UTC) - 2 * OUTLIVES))
    USERS.housekeeping(user_store, USERS.settings()).turn()

    with user_store.connection(writes=False) as connection:
        assert list(connection.scalars(select(SIGNING_KEYS.c.number))) == [2]


def test_what_was_removed_and_what_is_overdue_can_be_seen(user_store: Store[Any]) -> None:
    claim(user_store, KEPT + timedelta(hours=1))
    housekeeping = Housekeeping(user_store, inbox_kept=KEPT)
    removed = REGISTRY.get_sample_value("rows_removed_total", {"table": "inbox"}) or 0.0

    before = {each.labels: each.value for each in housekeeping.gauges().read()}
    housekeeping.turn()
    after = {each.labels: each.value for each in housekeeping.gauges().read()}

    assert before[("inbox",)] == pytest.approx(3600, abs=60)
    assert after[("inbox",)] == 0
    assert REGISTRY.get_sample_value("rows_removed_total", {"table": "inbox"}) == removed + 1


def test_several_who_sweep_at_once_remove_each_row_once_and_wait_for_nobody(fresh_postgresql: str) -> None:
    with migrated(USERS, fresh_postgresql) as store:
        claim(store, *[KEPT * 2] * (2 * BATCH))
        inbox, than = store.tables.inbox, datetime.now(UTC) - KEPT

        with store.connection(writes=True) as first, store.connection(writes=True) as second:
            removed = [remove_older(each, inbox, "handled_at", than, BATCH) for each in (first, second)]

        assert removed == [BATCH, BATCH]
        assert count(store, "inbox") == 0
