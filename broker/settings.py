"""Where the broker is: from the environment, or from what ``make up`` wrote down."""

import os
from pathlib import Path

from environs import Env, validate
from marshmallow import ValidationError
from pika import URLParameters

#: The settings of the running stack, for the commands that work on it.
STACK_FILE = Path("var/stack.env")
DEFAULT_PORT = 5672


def read_stack_file(env: Env) -> None:
    """Take what ``make up`` wrote down for settings that the environment doesn't have."""
    if STACK_FILE.is_file() and os.access(STACK_FILE, os.R_OK):
        env.read_env(STACK_FILE, recurse=False)


def embedded_port(env: Env) -> int:
    """The port of the embedded broker."""
    return env.int("EMBEDDED_BROKER_PORT", DEFAULT_PORT, validate=validate.Range(1, 65535))


def broker_url(env: Env) -> str:
    """The broker's address; without one the embedded broker on this machine."""
    # A wrong port is told by its own setting; the address stands in until then.
    port = embedded_port(env) or DEFAULT_PORT
    return env.str("BROKER_URL", f"amqp://guest:guest@127.0.0.1:{port}/", validate=_amqp)


def _amqp(value: str) -> None:
    try:
        usable = value.split("://", maxsplit=1)[0] in {"amqp", "amqps"} and bool(URLParameters(value).host)
    except ValueError:
        usable = False
    if not usable:
        raise ValidationError("Not an amqp or amqps address.")
