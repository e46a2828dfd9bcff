"""An event takes effect once, or not yet."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.external import CreditLimitSet
from events.orders import OrderPlaced
from tests.eventually import eventually
from tests.stores import add_user, cancelled, count, envelope, flush, outbox, placed
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.reserve_credit import reserve_credit


class Boom(Exception):
    """The handler failed."""


def reserved(store: Store[Any], user_id: int) -> int:
    with store.reading() as unit_of_work:
        return int(unit_of_work.users.find(user_id).reserved_cents)


def test_asking_twice_reserves_once(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    arriving = envelope(placed(user_id, total=700))

    handle_once(user_store, SUBSCRIPTIONS, [arriving])
    handle_once(user_store, SUBSCRIPTIONS, [arriving])

    assert reserved(user_store, user_id) == 700
    assert [waiting.type for waiting in outbox(user_store)] == ["user.credit_reserved.v1"]


def test_what_has_no_other_guard_takes_effect_once_by_its_id(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    decided = CreditLimitSet(user_id=user_id, credit_limit_cents=5)
    arriving = envelope(decided, source="/billing", time=datetime.now(UTC))

    for _ in range(3):
        handle_once(user_store, SUBSCRIPTIONS, [arriving, arriving])

    assert [waiting.type for waiting in outbox(user_store)] == ["user.credit_limit_changed.v1"]


def test_cancelling_under_two_ids_releases_once(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    order, other = placed(user_id, total=700), placed(user_id, total=700)
    handle_once(user_store, SUBSCRIPTIONS, [envelope(order), envelope(other)])

    for sequence in (2, 3):
        handle_once(user_store, SUBSCRIPTIONS, [envelope(cancelled(order), sequence=sequence)])

    assert reserved(user_store, user_id) == 700


def test_a_batch_that_holds_an_event_twice_handles_it_once(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    arriving = envelope(placed(user_id, total=700))

    handle_once(user_store, SUBSCRIPTIONS, [arriving, arriving])

    assert reserved(user_store, user_id) == 700


def test_a_handler_that_fails_after_its_write_leaves_no_trace(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    arriving = envelope(placed(user_id, total=700))

    def fails_late(handled: Any, unit_of_work: Any) -> None:
        reserve_credit(handled, unit_of_work)
        flush(unit_of_work)
        raise Boom

    failing = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: fails_late})
    with pytest.raises(Boom):
        handle_once(user_store, failing, [arriving])

    assert (count(user_store, "inbox"), count(user_store, "outbox"), count(user_store, "reservations")) == (0, 0, 0)
    handle_once(user_store, SUBSCRIPTIONS, [arriving])
    assert reserved(user_store, user_id) == 700


def test_the_same_event_given_to_two_workers_at_once_acts_once(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    arriving = envelope(placed(user_id, total=700))
    inside, go_on = threading.Event(), threading.Event()

    def slowly(handled: Any, unit_of_work: Any) -> None:
        reserve_credit(handled, unit_of_work)
        inside.set()
        assert go_on.wait(10)

    slow = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: slowly})
    first = threading.Thread(target=handle_once, args=(user_store, slow, [arriving]))
    second = threading.Thread(target=handle_once, args=(user_store, SUBSCRIPTIONS, [arriving]))
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.3)
    waited = second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)

    assert waited
    assert reserved(user_store, user_id) == 700
    assert count(user_store, "outbox") == 1


def test_each_event_of_a_batch_names_its_own_cause(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    batch = [envelope(placed(user_id)), envelope(placed(user_id)), envelope(placed(user_id))]

    handle_once(user_store, SUBSCRIPTIONS, batch)

    causes = [(waiting.causation_id, waiting.correlation_id) for waiting in outbox(user_store)]
    assert causes == [(arriving.id, arriving.correlation_id) for arriving in batch]


def test_a_cancel_that_overtakes_its_order_wins_also_within_a_batch(user_store: Store[Any]) -> None:
    user_id = add_user(user_store)
    order = placed(user_id, total=700)

    handle_once(user_store, SUBSCRIPTIONS, [envelope(cancelled(order), sequence=2), envelope(order)])

    assert reserved(user_store, user_id) == 0
    assert outbox(user_store) == []


def test_two_workers_that_touch_the_same_users_in_other_orders_do_not_deadlock(user_store: Store[Any]) -> None:
    ids = [add_user(user_store) for _ in range(6)]
    rounds = 15

    def work(order: list[int]) -> None:
        for _ in range(rounds):
            handle_once(user_store, SUBSCRIPTIONS, [envelope(placed(user_id, total=1)) for user_id in order])

    threads = [threading.Thread(target=work, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    eventually(lambda: [reserved(user_store, user_id) for user_id in ids] == [2 * rounds] * 6)
