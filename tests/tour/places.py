"""What the tour goes through: both services on stores that were seeded, and whom it meets there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from chassis.messaging.handling import handle_once
from chassis.messaging.subscription import Subscriptions
from chassis.store.store import Store
from events import past
from events.event import Event
from events.external import ProductListed
from events.past import PastOrder, PastUser
from order_service.subscriptions import SUBSCRIPTIONS as OF_ORDERS
from order_service.use_cases.place_order import place_order
from tests.component.conftest import bearer, make_app
from tests.stores import ORDERS, USERS, envelope
from user_service.api.passwords import Argon2Passwords
from user_service.domain.mailed_link import Purpose
from user_service.domain.user import User
from user_service.store.signing_keys import make_first_key
from user_service.subscriptions import SUBSCRIPTIONS as OF_USERS
from user_service.use_cases.create_client import create_client, renew_secret
from user_service.use_cases.mail_link import make_link

#: What one stop of the tour does, once everything is prepared for it.
Act = Callable[[], Any]
PASSWORD = "correct horse battery staple"
PASSWORD_HASH = Argon2Passwords().hash(PASSWORD)
CLIENT, PUBLIC_CLIENT, BACK = "billing", "shop", "https://shop.example/back"
LAMP = "tour-lamp"
#: Nobody that the tour lets sign up, or leave.
ADMIN_ID = 2**62


class Places:
    """Both services, without a broker, on stores with the first ``blocks`` of seed 1."""

    def __init__(self, users: Store[Any], orders: Store[Any], blocks: int) -> None:
        self.user_store, self.order_store = users, orders
        make_first_key(users)
        self.users = make_app(USERS, users, sign_in_limit_per_account=None).test_client()
        self.orders = make_app(ORDERS, orders).test_client()
        self._random, self._blocks = Random(1), blocks
        with users.writing() as unit_of_work:
            if unit_of_work.clients.find(CLIENT) is None:
                create_client(PUBLIC_CLIENT, "orders:read", [BACK], unit_of_work)
                create_client(CLIENT, "credit:write users:read", [], unit_of_work)
            self.secret = renew_secret(CLIENT, unit_of_work)
        lamp = ProductListed(sku=LAMP, name="Lamp", unit_price_cents=40, active=True)
        handle_once(orders, OF_ORDERS, [envelope(lamp, source="/shop")])

    def somebody(self) -> PastUser:
        """Somebody of the past who has ordered much."""
        return list(past.users(1, self._random.randrange(self._blocks)))[-1]

    def some_order(self) -> PastOrder:
        """An order of the past."""
        return self._random.choice(self.somebody().orders)

    def newcomer(self) -> User:
        """Somebody who has just signed up, with PASSWORD."""
        now = datetime.now(UTC)
        user = User(
            name="Ada",
            email=f"{uuid4()}@example.com",
            password_hash=PASSWORD_HASH,
            credit_limit_cents=10**9,
            created_at=now,
            updated_at=now,
            limit_set_at=now,
        )
        with self.user_store.writing() as unit_of_work:
            unit_of_work.users.add(user)
        return user

    def placed(self, user_id: int) -> Any:
        """A pending order of a lamp."""
        with self.order_store.writing() as unit_of_work:
            return place_order(uuid4(), user_id, [(LAMP, 1)], unit_of_work)

    def session(self, user: User) -> dict[str, Any]:
        """The tokens of a new sign-in."""
        return dict(self.users.post("/sessions", json={"email": user.email, "password": PASSWORD}).get_json())

    def link(self, user: User, purpose: Purpose) -> str:
        """The token of a link that was mailed."""
        with self.user_store.writing() as unit_of_work:
            made = make_link(purpose, user.email, unit_of_work)
        assert made is not None
        return made[1]


def asks(client: Any, method: str, path: str, *who: Any, **more: Any) -> Act:
    """A request that has to succeed; by whoever a token is made out to."""
    headers = {**(bearer(*who) if who else {}), **more.pop("headers", {})}

    def ask() -> Any:
        answer = client.open(path, method=method, headers=headers, **more)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    return ask


def hears(store: Store[Any], event: Event, source: str, **attributes: Any) -> Act:
    """An event that arrives."""
    subscriptions: Subscriptions = OF_USERS if store.tables.metadata is USERS.tables.metadata else OF_ORDERS
    arriving = envelope(event, source=source, **attributes)
    return lambda: handle_once(store, subscriptions, [arriving])


def long_ago(**ages: float) -> datetime:
    """A time before now."""
    return datetime.now(UTC) - timedelta(**ages)
