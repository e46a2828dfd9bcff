"""Both our services, one process of each kind, as `make up` runs them, with everything on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from joserfc import jwt

from bench.commits import Observer, observed
from bench.order_flow import Shop
from bench.servers import Servers
from chassis.api.tokens import ALGORITHM, TYPE
from order_service.use_cases.list_product import put_product
from tests.servers.databases import both_databases
from tests.stack import Stack, running
from tests.stores import ORDERS, USERS, add_user, opened
from user_service.store.signing_keys import SigningKeys

#: Each with a token of its own; in turn they order.
CUSTOMERS = 100
LIMIT_CENTS = 10**9
#: user_service's is asked for its public keys now and then.
FRONT = ("order-api", "user-api")


@contextmanager
def our_shop(servers: Servers) -> Iterator[Shop]:
    """Customers with credit and tokens, a lamp for sale, and everything at rest."""
    with our_stack(servers) as (shop, _):
        yield shop


@contextmanager
def our_stack(servers: Servers) -> Iterator[tuple[Shop, Stack]]:
    """The same, with its processes by their names."""
    with ExitStack() as opened_here:
        enter = opened_here.enter_context
        folder = Path(enter(TemporaryDirectory()))
        databases = enter(both_databases(servers.postgresql.url))
        servers.rabbitmq.move_to_a_fresh_host()
        stack = enter(running(folder, {"BROKER_URL": servers.rabbitmq.url, **databases}))
        orders, users = (enter(observed(databases[f"{name}_DATABASE_URL"])) for name in ("ORDER", "USER"))
        tokens = furnished(stack)
        orders.await_count("customers", CUSTOMERS)
        shop = Shop(
            port=int(stack.environment["ORDER_PORT"]),
            front=lambda: [stack.processes[name].pid for name in FRONT],
            behind=lambda: [process.pid for name, process in stack.processes.items() if name not in FRONT],
            orders=orders,
            confirmed="orders WHERE status = 'confirmed'",
            tokens=tokens,
            settle=lambda: _settle(orders, users),
        )
        yield shop, stack


def furnished(stack: Stack) -> list[str]:
    """Put customers and a lamp into the stores; the customers' tokens."""
    with opened(ORDERS, stack.environment["ORDER_DATABASE_URL"]) as store, store.writing() as unit_of_work:
        put_product("lamp", name="Lamp", unit_price_cents=5, active=True, unit_of_work=unit_of_work)
    with opened(USERS, stack.environment["USER_DATABASE_URL"]) as store:
        user_ids = [add_user(store, limit=LIMIT_CENTS, told=True) for _ in range(CUSTOMERS)]
        keys = SigningKeys(store)
        return [_token(keys, user_id, stack.url("user")) for user_id in user_ids]


def _token(keys: SigningKeys, user_id: int, issuer: str) -> str:
    # As at a sign-in, whose check of the password would take longer than all that is measured.
    key, now = keys.signing(), datetime.now(UTC).timestamp()
    claims = {"iss": issuer, "aud": "event-services", "sub": str(user_id), "client_id": "web", "jti": str(uuid4())}
    times = {"iat": now, "exp": int(now) + 3600}
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}, {**claims, **times}, key)


def _settle(orders: Observer, users: Observer) -> None:
    for each in (orders, users):
        each.await_none("outbox")
