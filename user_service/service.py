"""user_service, put together."""

from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIApplication

from chassis.service import Service
from chassis.settings import Defaults, Settings
from chassis.store.store import Store
from user_service.api import accounts, export, jwks, mailed_links, sessions, users
from user_service.api.oauth import authorize, paths, routes
from user_service.domain.errors import (
    EmailTaken,
    LinkNotGood,
    PasswordChanged,
    UserIsDeactivated,
    UserNotFound,
    WrongCredentials,
)
from user_service.mailer.settings import MAIL_SETTINGS, mailing
from user_service.store.revocations import is_revoked
from user_service.store.signing_keys import SigningKeys, forget_outlived, make_first_key
from user_service.store.tables import COMMON, SIGNING_KEYS
from user_service.store.unit_of_work import UnitOfWork
from user_service.subscriptions import SUBSCRIPTIONS

DESCRIPTION = """
Who may order, and up to what amount: users, their credit and what is reserved of it. Issues the access tokens that
all services take.

Orders reserve credit by events (CloudEvents over AMQP), not by calls. The JSON Schema of each event's data is at
`/schemas/{event_type}.json`.
""".strip()


def _keys(_settings: Settings, store: Store[Any]) -> SigningKeys:
    return SigningKeys(store)


def make_service() -> Service:
    """The one value that says all that is special about user_service."""
    return Service(
        name="user_service",
        description=DESCRIPTION,
        defaults=Defaults(
            prefix="USER",
            port=5000,
            worker_port=5010,
            relay_port=5020,
            database_url="sqlite:///var/user_service.sqlite",
        ),
        own_settings={"DEFAULT_CREDIT_LIMIT_CENTS": 100_000, "REFRESH_TOKEN_DAYS": 30, **MAIL_SETTINGS},
        tables=COMMON,
        unit_of_work=UnitOfWork,
        subscriptions=SUBSCRIPTIONS,
        blueprints=(
            users.blueprint,
            accounts.blueprint,
            export.blueprint,
            sessions.blueprint,
            mailed_links.blueprint,
            jwks.blueprint,
        ),
        plain_blueprints=(routes.blueprint, routes.well_known, authorize.blueprint),
        plain_paths=paths.PATHS,
        plain_tags=paths.TAGS,
        errors={
            EmailTaken: HTTPStatus.CONFLICT,
            PasswordChanged: HTTPStatus.CONFLICT,
            UserIsDeactivated: HTTPStatus.CONFLICT,
            UserNotFound: HTTPStatus.NOT_FOUND,
            LinkNotGood: HTTPStatus.NOT_FOUND,
            WrongCredentials: HTTPStatus.UNAUTHORIZED,
        },
        keys=_keys,
        is_revoked=is_revoked,
        beside_the_relay=mailing,
        sweeps={SIGNING_KEYS.name: forget_outlived},
        first_rows=make_first_key,
    )


def application() -> WSGIApplication:
    """The HTTP front, for a WSGI server."""
    return make_service().application()
