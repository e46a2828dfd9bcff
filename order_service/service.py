"""order_service, put together."""

from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIApplication

from chassis.api.keys import RemoteKeys
from chassis.service import Service
from chassis.settings import Defaults, Settings
from chassis.store.store import Store
from order_service.api import orders, products
from order_service.api.revocations import is_revoked
from order_service.domain.errors import OrderIsRejected, OrderNotFound, ProductNotFound
from order_service.store.saga_metrics import begin_at_zero, pending_gauges
from order_service.store.tables import COMMON
from order_service.store.unit_of_work import UnitOfWork
from order_service.subscriptions import SUBSCRIPTIONS

DESCRIPTION = """
What was ordered and what becomes of it, and what can be ordered: the products with their prices.

An order is accepted as `pending`. Whether it is confirmed or rejected is settled by events (CloudEvents over AMQP)
between this service and user_service, which keeps the credit. The JSON Schema of each event's data is at
`/schemas/{event_type}.json`.
""".strip()


def _keys(settings: Settings, _store: Store[Any]) -> RemoteKeys:
    return RemoteKeys(settings.jwks_url)


def make_service() -> Service:
    """The one value that says all that is special about order_service."""
    begin_at_zero()
    return Service(
        name="order_service",
        description=DESCRIPTION,
        defaults=Defaults(
            prefix="ORDER",
            port=5001,
            worker_port=5011,
            relay_port=5021,
            database_url="sqlite:///var/order_service.sqlite",
        ),
        tables=COMMON,
        unit_of_work=UnitOfWork,
        subscriptions=SUBSCRIPTIONS,
        blueprints=(orders.blueprint, products.blueprint),
        errors={
            OrderIsRejected: HTTPStatus.CONFLICT,
            OrderNotFound: HTTPStatus.NOT_FOUND,
            ProductNotFound: HTTPStatus.NOT_FOUND,
        },
        keys=_keys,
        is_revoked=is_revoked,
        relay_shows=pending_gauges,
    )


def application() -> WSGIApplication:
    """The HTTP front, for a WSGI server."""
    return make_service().application()
