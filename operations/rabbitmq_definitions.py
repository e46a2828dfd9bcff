"""``python -m operations.rabbitmq_definitions``: what RabbitMQ has to know of us, as definitions that it imports.

One virtual host with the whole topology, and a user for each service, for each kind of other system that sends
events, for those who only listen, and for the operator. Each has the least rights that its work needs.
"""

import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from environs import EnvError

from broker.environment import Environment
from broker.settings import broker_settings
from broker.topology import EXCHANGE, RETRY_DELAYS_SECONDS, queues
from events.catalogue import SERVICES
from operations.rabbitmq_users import USERS, User

VHOST = "event-services"
SALT_BYTES = 4
EXIT_USAGE = 2


class NoPassword(Exception):
    """A user's password is missing."""


@click.command()
@click.option(
    "--passwords",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with a file for each user, named like it, that holds the password. Without it nobody gets in.",
)
def main(*, passwords: Path | None) -> None:
    """Print the definitions, for `rabbitmqctl import_definitions` or `load_definitions` in rabbitmq.conf."""
    try:
        delays = broker_settings(Environment()).retry_delays_seconds
        hashes = {user.name: password_hash(_password(passwords, user)) for user in USERS} if passwords else {}
    except (EnvError, NoPassword) as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_USAGE)
    click.echo(text_of(definitions(hashes, delays)), nl=False)


def text_of(content: dict[str, Any]) -> str:
    """The definitions as a file holds them."""
    return json.dumps(content, indent=2) + "\n"


def definitions(
    password_hashes: dict[str, str], retry_delays: tuple[int, ...] = RETRY_DELAYS_SECONDS
) -> dict[str, Any]:
    """The definitions; a user without a password hash can't get in."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(user, password_hashes.get(user.name)) for user in USERS],
        "permissions": [{"user": user.name, "vhost": VHOST, **user.permissions} for user in USERS],
        "topic_permissions": [
            {"user": user.name, "vhost": VHOST, "exchange": EXCHANGE, **user.topic_permissions} for user in USERS
        ],
        "exchanges": [_durable(EXCHANGE, type="topic", internal=False, arguments={})],
        "queues": [
            _durable(queue.name, arguments=queue.arguments)
            for service in SERVICES
            for queue in queues(service, retry_delays)
        ],
        "bindings": [
            _binding(queue.name, routing_key)
            for service in SERVICES
            for queue in queues(service, retry_delays)
            for routing_key in queue.routing_keys
        ],
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """The password as RabbitMQ keeps it: a salt of four bytes, and the SHA-256 of salt and password."""
    salt = salt or os.urandom(SALT_BYTES)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _password(folder: Path, user: User) -> str:
    try:
        password = (folder / user.name).read_text().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise NoPassword(f"{folder / user.name}: {error}") from error
    if not password:
        raise NoPassword(f"{folder / user.name}: is empty")
    return password


def _user(user: User, hashed: str | None) -> dict[str, Any]:
    found = {"name": user.name, "tags": list(user.tags)}
    if hashed:
        found |= {"password_hash": hashed, "hashing_algorithm": "rabbit_password_hashing_sha256"}
    return found


def _durable(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, **more}


def _binding(queue: str, routing_key: str) -> dict[str, Any]:
    return {
        "source": EXCHANGE,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": routing_key,
        "arguments": {},
    }


if __name__ == "__main__":
    main()
