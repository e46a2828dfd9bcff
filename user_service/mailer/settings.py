"""How mails leave, by settings."""

from collections.abc import Callable
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import structlog

from chassis.settings import Settings, TextSetting
from chassis.store.store import Store
from user_service.domain.mailed_link import Purpose
from user_service.mailer.mailer import Mailer
from user_service.mailer.senders import PORTS, by_smtp, locally

log = structlog.get_logger()

#: Where a link leads: the page of a front end, which sends the token on. By default the API itself.
LINKS = {
    Purpose.PASSWORD_RESET: ("PASSWORD_RESET_URL", "password-resets"),
    Purpose.EMAIL_CONFIRMATION: ("EMAIL_CONFIRMATION_URL", "email-confirmations"),
}


def _smtp_url(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme not in PORTS or not parts.hostname or parts.port == 0):
        raise ValueError("Not an address like smtp://user:password@host:587 or smtps://….")


def _sender(value: str) -> None:
    if "@" not in value or not value.isprintable():
        raise ValueError("Not an email address.")


def _link(value: str) -> None:
    if value and (urlsplit(value).scheme not in {"http", "https"} or "{token}" not in value):
        raise ValueError("Not an http or https address with {token} in it.")


MAIL_SETTINGS = {
    "SMTP_URL": TextSetting("", _smtp_url, is_secret=True),
    "MAIL_FROM": TextSetting("no-reply@localhost", _sender),
    **{name: TextSetting("", _link) for name, _ in LINKS.values()},
}


def mailing(settings: Settings, store: Store[Any]) -> Callable[[Event], None]:
    """The mailer, as it is set."""
    url = settings.own["SMTP_URL"]
    if not url:
        log.warning("mailer.local", why="SMTP_URL is not set")
    links = {
        purpose: settings.own[name] or f"{settings.public_url}/{path}/{{token}}"
        for purpose, (name, path) in LINKS.items()
    }
    return Mailer(store, by_smtp(url, settings.own["MAIL_FROM"]) if url else locally, links).run
