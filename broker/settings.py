"""Where the broker is and how long failed messages wait: from the environment, or from what ``make up`` wrote."""

import os
from dataclasses import dataclass
from pathlib import Path

from environs import validate
from marshmallow import ValidationError
from pika import URLParameters

from broker.environment import Environment
from broker.tls import SYSTEMS, TlsFiles
from broker.tls_settings import tls_files
from broker.topology import RETRY_DELAYS_SECONDS

#: The settings of the running stack, for the commands that work on it.
STACK_FILE = Path("var/stack.env")
DEFAULT_PORT = 5672
LONGEST_DELAY_SECONDS = 86_400


@dataclass(frozen=True)
class BrokerSettings:
    """The broker's address, the pauses before the second, third, … attempt, and the files for TLS."""

    url: str
    retry_delays_seconds: tuple[int, ...] = RETRY_DELAYS_SECONDS
    tls_files: TlsFiles = SYSTEMS


def broker_settings(env: Environment) -> BrokerSettings:
    """All that has to be known to talk to the broker."""
    default = ",".join(map(str, RETRY_DELAYS_SECONDS))
    delays = env.str("RETRY_DELAYS_SECONDS", default, validate=_growing) or default
    url = broker_url(env)
    return BrokerSettings(url, _numbers(delays), tls_files(env, uses_tls=(url or "").startswith("amqps:")))


def settings_of_the_stack() -> BrokerSettings:
    """Of the broker that the environment names, or the running stack; wrong settings raise an ``EnvError``."""
    env = Environment()
    read_stack_file(env)
    return broker_settings(env)


def read_stack_file(env: Environment) -> None:
    """Take what ``make up`` wrote down for settings that the environment doesn't have."""
    if STACK_FILE.is_file() and os.access(STACK_FILE, os.R_OK):
        env.read_env(STACK_FILE, recurse=False)


def embedded_port(env: Environment) -> int:
    """The port of the embedded broker."""
    return env.int("EMBEDDED_BROKER_PORT", DEFAULT_PORT, validate=validate.Range(1, 65535))


def broker_url(env: Environment) -> str:
    """The broker's address; without one the embedded broker on this machine."""
    # A wrong port is told by its own setting; the address stands in until then.
    port = embedded_port(env) or DEFAULT_PORT
    return env.secret("BROKER_URL", f"amqp://guest:guest@127.0.0.1:{port}/", validate=amqp_url)


def _growing(value: str) -> None:
    try:
        delays = _numbers(value)
    except ValueError:
        delays = ()
    if not delays or sorted(set(delays)) != list(delays) or not 1 <= delays[0] <= delays[-1] <= LONGEST_DELAY_SECONDS:
        raise ValidationError(f"Not growing whole numbers from 1 to {LONGEST_DELAY_SECONDS}, like 1,5,30.")


def _numbers(value: str) -> tuple[int, ...]:
    return tuple(int(number) for number in value.split(","))


def amqp_url(value: str) -> None:
    """ValidationError for what is no address of a broker."""
    if "ssl_options" in value.partition("?")[2]:
        raise ValidationError("TLS is set up by amqps and BROKER_CA_FILE, not by ssl_options.")
    try:
        usable = value.split("://", maxsplit=1)[0] in {"amqp", "amqps"} and bool(URLParameters(value).host)
    except ValueError:
        usable = False
    if not usable:
        raise ValidationError("Not an amqp or amqps address.")
