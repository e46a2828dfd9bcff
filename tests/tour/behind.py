"""What goes on behind requests and events: relay, sweep, mailer, suspects, commands; what they ask their stores."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis.store import attempts, audit, parked
from chassis.store.leased_outbox import LeasedOutbox
from tests.stores import ORDERS, USERS
from tests.tour.places import Act, Places
from user_service.domain.mailed_link import Purpose
from user_service.mailer.mailer import Mailer
from user_service.use_cases.deactivate_user import deactivate_user
from user_service.use_cases.erase_user import erase_user

MOST = 500


def _outbox(tour: Places) -> LeasedOutbox:
    tour.placed(tour.somebody().id)
    outbox = LeasedOutbox(tour.order_store, owner="tour", lease_seconds=3.0)
    assert outbox.hold()
    return outbox


def _publish(tour: Places) -> Act:
    outbox = _outbox(tour)

    def act() -> None:
        rows = outbox.waiting(MOST)
        outbox.settle([row.position for row in rows])

    return act


def _set_aside(tour: Places) -> Act:
    outbox = _outbox(tour)
    outbox.settle([row.position for row in outbox.waiting(MOST)])
    tour.placed(tour.somebody().id)
    tour.placed(tour.somebody().id)
    first, second = outbox.waiting(2)
    return lambda: outbox.settle([], postponed=[(first, 60.0, "unroutable")], parked=[(second, "refused")])


def _resend(tour: Places) -> Act:
    store = tour.order_store

    def act() -> None:
        with store.connection(writes=True) as connection:
            failing = parked.failing(connection, store.tables.outbox)
            parked.resend(connection, store.tables.outbox, [row.event_id for row in failing[:10]])

    return act


def _audit(tour: Places) -> Act:
    store = tour.order_store
    return lambda: (next(audit.parked(store), None), next(audit.waiting_subjects(store, ["order.placed.v1"]), None))


def _sweep(tour: Places) -> Act:
    for store in (tour.user_store, tour.order_store):
        old = {"source": "/old", "handled_at": datetime.now(UTC) - timedelta(days=90)}
        with store.connection(writes=True) as connection:
            connection.execute(store.tables.inbox.insert(), [{**old, "event_id": str(uuid4())} for _ in range(2)])
    return lambda: [
        service.housekeeping(store, service.settings()).turn()
        for service, store in ((USERS, tour.user_store), (ORDERS, tour.order_store))
    ]


def _overdue(tour: Places) -> Act:
    return lambda: list(USERS.housekeeping(tour.user_store, USERS.settings()).gauges().read())


def _mail(tour: Places) -> Act:
    user = tour.newcomer()
    with tour.user_store.writing() as unit_of_work:
        unit_of_work.mails.ask(Purpose.PASSWORD_RESET, user.email, unit_of_work.now)
    return Mailer(tour.user_store, lambda _: None, dict.fromkeys(Purpose, "{token}")).turn


def _suspect(tour: Places) -> Act:
    store, key = tour.user_store, str(uuid4())

    def act() -> None:
        for _ in range(2):
            with store.connection(writes=True) as connection:
                attempts.begin(connection, store.tables.attempts, key, datetime.now(UTC), at_most=3)
        with store.connection(writes=True) as connection:
            attempts.end(connection, store.tables.attempts, key)

    return act


def _erase(tour: Places) -> Act:
    user = tour.newcomer()
    tour.session(user)
    with tour.user_store.writing() as unit_of_work:
        deactivate_user(user.id, unit_of_work)

    def act() -> None:
        with tour.user_store.writing() as unit_of_work:
            erase_user(user.id, unit_of_work)

    return act


def _book_of_actions(tour: Places) -> Act:
    def act() -> None:
        with tour.user_store.reading() as unit_of_work:
            unit_of_work.admin_actions.latest(50)

    return act


STOPS: Mapping[str, Callable[[Places], Act]] = {
    "the relay publishes what waits": _publish,
    "the relay sets rows aside": _set_aside,
    "the relay tells what waits": lambda tour: _outbox(tour).state,
    "an operator sends again what failed": _resend,
    "an audit reads an outbox": _audit,
    "a sweep of both stores": _sweep,
    "the relay tells what is overdue": _overdue,
    "a mail is sent": _mail,
    "a suspect is handled": _suspect,
    "a user is erased": _erase,
    "the book of actions is read": _book_of_actions,
}
