"""Registering the programs that may get tokens. Whoever does so is written down, with the time."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import click
import structlog

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from user_service.api.tokens import FIRST_PARTY_CLIENT
from user_service.domain.client import Client
from user_service.domain.errors import ClientIsThere, UserError
from user_service.domain.roles import SCOPES
from user_service.use_cases.create_client import create_client, known_client, renew_secret

log = structlog.get_logger()

#: A letter first: a user's id is a number.
CLIENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
KNOWN_SCOPES = frozenset().union(*SCOPES.values())


def client_commands(service: Service) -> list[click.Command]:
    """The commands over the clients."""

    @click.command("create-client")
    @click.option("--id", "client_id", required=True, callback=_id)
    @click.option("--scope", default="", callback=_scope, help="Scopes parted by blanks.")
    @click.option("--redirect-uri", "redirect_uris", multiple=True, callback=_addresses, help="Makes it public.")
    def create(client_id: str, scope: str, redirect_uris: tuple[str, ...]) -> None:
        """Register a client; its secret is shown this once.

        With addresses to come back to, it is public, has no secret, and users sign in through it (with PKCE). Without
        one, it acts for itself.
        """
        try:
            with _recorded(service, "created", client_id) as unit_of_work:
                secret = create_client(client_id, scope, redirect_uris, unit_of_work)
        except ClientIsThere:
            click.echo(f"{client_id} is there already, and stays as it is.")
            return
        _show(client_id, secret)

    @click.command("list-clients")
    def list_() -> None:
        """List the clients."""
        with opened_store(service, settings_of(service, "clients")) as store, store.reading() as unit_of_work:
            for client in unit_of_work.clients.listed():
                click.echo(_line(client))

    @click.command("disable-client")
    @click.argument("client_id")
    def disable(client_id: str) -> None:
        """Let a client have no more tokens; those it has run out within minutes."""
        with _told(), _recorded(service, "disabled", client_id) as unit_of_work:
            client = known_client(client_id, unit_of_work)
            client.disabled_at = client.disabled_at or unit_of_work.now
        click.echo(f"{client_id} gets no more tokens.")

    @click.command("renew-client-secret")
    @click.argument("client_id")
    def renew(client_id: str) -> None:
        """Give a client another secret, shown this once; the old one is worth nothing from now on."""
        with _told(), _recorded(service, "secret_renewed", client_id) as unit_of_work:
            secret = renew_secret(client_id, unit_of_work)
        _show(client_id, secret)

    return [create, list_, disable, renew]


@contextmanager
def _recorded(service: Service, what: str, client_id: str) -> Iterator[Any]:
    with opened_store(service, settings_of(service, "clients")) as store, store.writing() as unit_of_work:
        yield unit_of_work
        unit_of_work.admin_actions.note(unit_of_work.now, operator(), f"client.{what}", f"client {client_id}")
    log.info(f"client.{what}", client_id=client_id, by=operator())


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _show(client_id: str, secret: str | None) -> None:
    click.echo(f"{client_id} is a public client." if secret is None else f"the secret of {client_id}: {secret}")


def _line(client: Client) -> str:
    kind = "public" if client.is_public else "secret"
    state = f"disabled {client.disabled_at:%Y-%m-%d %H:%M:%S}Z" if client.disabled_at else "enabled"
    return f"{client.id:<24}  {kind}  {state}  {client.scope or '-'}  {' '.join(client.redirect_uris)}".rstrip()


def _id(_context: Any, _parameter: Any, value: str) -> str:
    if not CLIENT_ID.fullmatch(value):
        raise click.BadParameter("1 to 64 of A-Z a-z 0-9 . _ -, a letter first.")
    if value == FIRST_PARTY_CLIENT:
        raise click.BadParameter(f"{FIRST_PARTY_CLIENT} is ours.")
    return value


def _scope(_context: Any, _parameter: Any, value: str) -> str:
    scopes = value.split()
    if unknown := set(scopes) - KNOWN_SCOPES:
        raise click.BadParameter(f"There is no {', '.join(sorted(unknown))}; only {', '.join(sorted(KNOWN_SCOPES))}.")
    return " ".join(sorted(set(scopes)))


def _addresses(_context: Any, _parameter: Any, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        _check_address(value)
    return values


def _check_address(value: str) -> None:
    problems: dict[str, Callable[[Any], bool]] = {
        "not an absolute address": lambda parts: not parts.scheme or not (parts.netloc or parts.path),
        "a fragment would be lost": lambda parts: bool(parts.fragment),
        "http only on this machine, else https": lambda parts: (
            parts.scheme == "http" and parts.hostname not in LOOPBACK
        ),
        # An app's own scheme is a name turned round, as com.example.app (RFC 8252, 7.1); browsers' own have no dot.
        "not safe": lambda parts: parts.scheme not in {"http", "https"} and "." not in parts.scheme,
        "only printable characters, no quotes": lambda _: (
            not (value.isascii() and value.isprintable()) or bool(set(value) & set(' "\\'))
        ),
    }
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise click.BadParameter(f"{value}: {error}") from error
    for problem, has in problems.items():
        if has(parts):
            raise click.BadParameter(f"{value}: {problem}.")
