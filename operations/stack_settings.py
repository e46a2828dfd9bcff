"""What the local stack is started with, written down for the commands that work on it."""

import os

from dotenv import dotenv_values

from broker.environment import Environment, is_given
from broker.settings import STACK_FILE, embedded_port
from operations.processes import Process, processes

ADDRESS = "127.0.0.1"

#: What the processes are started with, where it is set; written down for the commands that work on the stack.
PASSED_PREFIXES = (
    *("USER_", "ORDER_", "TOKEN_", "JWKS_", "DEFAULT_", "LOG_", "WORKER_", "RELAY_", "API_", "DATABASE_"),
    *("RETRY_", "INBOX_", "REFRESH_", "SIGN_", "REQUEST_", "TRUSTED_", "CORS_"),
    *("SMTP_", "MAIL_", "PASSWORD_", "EMAIL_", "OTEL_"),
)
PASSED = (
    *("BROKER_URL", "BROKER_URL_FILE", "BROKER_CA_FILE", "BROKER_CERT_FILE", "BROKER_KEY_FILE"),
    *("EMBEDDED_BROKER_PORT", "REDIS_URL", "REDIS_URL_FILE", "BIND_HOST", "DRAIN_SECONDS"),
    "SHUTDOWN_DELAY_SECONDS",
)


def environment() -> dict[str, str]:
    """The settings that are passed on, with the address that a look at it needs."""
    chosen = {key: value for key, value in os.environ.items() if value and _is_passed(key)}
    chosen.setdefault("BIND_HOST", ADDRESS)
    return chosen


def _is_passed(name: str) -> bool:
    return name.startswith(PASSED_PREFIXES) or name in PASSED


def programs() -> list[Process]:
    """What runs, by the settings of this environment."""
    env = Environment()
    defaults = {
        "USER_PORT": 5000,
        "USER_WORKER_PORT": 5010,
        "USER_RELAY_PORT": 5020,
        "ORDER_PORT": 5001,
        "ORDER_WORKER_PORT": 5011,
        "ORDER_RELAY_PORT": 5021,
    }
    ports = {name: env.int(name, default) for name, default in defaults.items()}
    return processes(ports, None if is_given("BROKER_URL") else embedded_port(env))


def take_over_stack_file() -> None:
    """Go by what the stack was started with, whatever is set now."""
    for name in [name for name in os.environ if _is_passed(name)]:
        del os.environ[name]
    os.environ.update({key: value or "" for key, value in dotenv_values(STACK_FILE).items()})
