"""Change, events and inbox claims: committed together, or not at all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, MetaData, String, create_engine, select

from chassis.errors import Conflict, StaleAggregate
from chassis.store.rows import Rows
from chassis.store.store import Store
from events.errors import InvalidData
from events.fields import MAX_CENTS
from tests.stores import add_user, count, envelope, flush, outbox, placed
from user_service.domain.reservation import Reservation
from user_service.store.tables import RESERVATIONS


class Boom(Exception):
    """Something went wrong after the write."""


def test_a_committed_change_leaves_its_event_in_the_outbox(user_store: Store[Any]) -> None:
    user_id = add_user(user_store, told=True)

    (waiting,) = outbox(user_store)
    assert (waiting.type, waiting.subject, waiting.sequence) == ("user.registered.v1", str(user_id), 1)


def test_a_rolled_back_change_publishes_nothing(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)

    with pytest.raises(Boom), user_store.writing() as unit_of_work:
        unit_of_work.users.find(user_id).set_credit_limit(5, unit_of_work.now)
        flush(unit_of_work)
        raise Boom

    assert outbox(user_store) == []
    with user_store.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).credit_limit_cents == 100_000


def test_a_change_whose_event_breaks_its_schema_is_not_committed(sqlite_store: Store[Any]) -> None:
    user_id = add_user(sqlite_store)

    with pytest.raises(InvalidData, match="credit_limit_cents"), sqlite_store.writing() as unit_of_work:
        unit_of_work.users.find(user_id).set_credit_limit(MAX_CENTS + 1, unit_of_work.now)

    assert outbox(sqlite_store) == []
    with sqlite_store.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).credit_limit_cents == 100_000


def test_a_rolled_back_claim_can_be_taken_again(user_store: Store[Any]) -> None:
    arriving = envelope(placed(1))
    with pytest.raises(Boom), user_store.writing() as unit_of_work:
        unit_of_work.claim([arriving])
        raise Boom

    with user_store.writing() as unit_of_work:
        claimed = unit_of_work.claim([arriving])

    assert claimed == {(arriving.source, arriving.id)}


def test_a_committed_claim_is_never_given_again(user_store: Store[Any]) -> None:
    arriving, other = envelope(placed(1)), envelope(placed(1))
    with user_store.writing() as unit_of_work:
        unit_of_work.claim([arriving])

    with user_store.writing() as unit_of_work:
        claimed = unit_of_work.claim([arriving, other])

    assert claimed == {(other.source, other.id)}


def test_the_same_id_of_another_source_is_another_event(user_store: Store[Any]) -> None:
    arriving = envelope(placed(1))
    namesake = envelope(placed(1), id=arriving.id, source="/somewhere/else")

    with user_store.writing() as unit_of_work:
        claimed = unit_of_work.claim([arriving, namesake])

    assert len(claimed) == 2


def test_the_events_of_one_subject_are_counted_without_a_gap(user_store: Store[Any]) -> None:
    user_id = add_user(user_store, told=True)

    for limit in (1, 2):
        with user_store.writing() as unit_of_work:
            user = unit_of_work.users.find(user_id)
            user.set_credit_limit(limit, unit_of_work.now)
            user.set_credit_limit(limit + 10, unit_of_work.now)

    assert [waiting.sequence for waiting in outbox(user_store)] == [1, 2, 3, 4, 5]


def test_parallel_changes_of_one_aggregate_are_all_there(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)

    def reserve(_: int) -> None:
        with user_store.writing() as unit_of_work:
            unit_of_work.users.find(user_id).reserve(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reserve, range(80)))

    with user_store.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).reserved_cents == 80


def test_a_change_of_what_was_only_read_is_refused_when_stale(fresh_postgresql: str) -> None:
    # SQLite lets one writer in at a time, so that nothing can get stale there.
    from tests.stores import USERS, migrated

    with migrated(USERS, fresh_postgresql) as store:
        user_id = add_user(store)

        with pytest.raises(StaleAggregate), store.writing() as late:
            late.users.read([user_id])
            with store.writing() as early:
                early.users.find(user_id).reserve(1)
            late.users.find(user_id).reserve(1)


def test_one_stale_aggregate_among_several_stops_them_all(fresh_postgresql: str) -> None:
    from tests.stores import USERS, migrated

    with migrated(USERS, fresh_postgresql) as store:
        user_ids = [add_user(store) for _ in range(3)]

        with pytest.raises(StaleAggregate), store.writing() as late:
            late.users.read(user_ids)
            with store.writing() as early:
                early.users.find(user_ids[1]).reserve(1)
            for user_id in user_ids:
                late.users.find(user_id).reserve(5)

        with store.reading() as unit_of_work:
            assert [unit_of_work.users.find(user_id).reserved_cents for user_id in user_ids] == [0, 1, 0]


def test_several_that_were_changed_together_can_be_changed_again(user_store: Store[Any]) -> None:
    user_ids = [add_user(user_store) for _ in range(3)]

    for _ in range(2):
        with user_store.writing() as unit_of_work:
            for user_id in user_ids:
                unit_of_work.users.find(user_id).reserve(1)
            flush(unit_of_work)
            unit_of_work.users.find(user_ids[0]).reserve(1)

    with user_store.reading() as unit_of_work:
        found = [unit_of_work.users.find(user_id) for user_id in user_ids]
    assert [user.reserved_cents for user in found] == [4, 2, 2]
    assert [user.version - found[1].version for user in found] == [2, 0, 0]


def test_a_key_that_somebody_else_just_stored_is_a_conflict(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    with user_store.reading() as unit_of_work:
        email = unit_of_work.users.find(user_id).email

    with pytest.raises(Conflict), user_store.writing() as unit_of_work:
        other = unit_of_work.users.find(user_id)
        twin = type(other)(
            name="Twin",
            email=email.upper(),
            password_hash="none",
            credit_limit_cents=1,
            created_at=unit_of_work.now,
            updated_at=unit_of_work.now,
            limit_set_at=unit_of_work.now,
        )
        unit_of_work.users.add(twin)

    assert count(user_store, "users") == 1


def test_a_key_that_is_stored_already_is_a_conflict_and_nothing_is_stored(user_store: Store[Any]) -> None:
    def stand_in(order_id: UUID) -> Reservation:
        return Reservation.tombstone(order_id=order_id, user_id=7, amount_cents=1, now=datetime.now(UTC))

    taken, free, user_id = uuid4(), uuid4(), add_user(user_store)
    with user_store.writing() as unit_of_work:
        unit_of_work.reservations.add(stand_in(taken))

    with pytest.raises(Conflict), user_store.writing() as unit_of_work:
        unit_of_work.users.find(user_id).reserve(1)
        unit_of_work.reservations.add(stand_in(free))
        unit_of_work.reservations.add(stand_in(taken))

    assert count(user_store, "reservations") == 1
    with user_store.reading() as unit_of_work:
        assert unit_of_work.users.find(user_id).reserved_cents == 0


def test_a_column_of_the_next_release_is_left_to_the_database() -> None:
    table = RESERVATIONS.to_metadata(MetaData())
    table.append_column(Column("release", String(9), nullable=False, server_default="next"))
    rows, now = Rows(Reservation, table, "order_id"), datetime.now(UTC)
    kept = Reservation.tombstone(order_id=uuid4(), user_id=7, amount_cents=1, now=now)

    with create_engine("sqlite://").begin() as connection:
        table.create(connection)
        rows.insert(connection, [kept])
        was = rows.of(kept)
        kept.amount_cents = 2
        rows.update(connection, [(kept, was)])
        (found,) = connection.execute(rows.select).all()
        release = connection.scalar(select(table.c.release))

    assert (rows.made_of(found).amount_cents, release) == (2, "next")


def test_many_writers_wait_for_each_other_instead_of_failing(sqlite_store: Store[Any]) -> None:
    ids = [add_user(sqlite_store) for _ in range(8)]
    started = threading.Barrier(8)

    def look_then_write(user_id: int) -> None:
        started.wait()
        for _ in range(20):
            with sqlite_store.writing() as unit_of_work:
                unit_of_work.users.find(user_id).reserve(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look_then_write, ids))

    with sqlite_store.reading() as unit_of_work:
        assert [unit_of_work.users.find(user_id).reserved_cents for user_id in ids] == [20] * 8


def test_an_email_is_found_in_whatever_case(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)

    with user_store.reading() as unit_of_work:
        email = unit_of_work.users.find(user_id).email
        assert unit_of_work.users.with_email(email.upper()).id == user_id
