"""Settings from the environment, read once at the start; wrong ones are all told at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from environs import EnvValidationError, validate
from limits import RateLimitItem, parse
from marshmallow import ValidationError

from broker.environment import Environment
from broker.settings import BrokerSettings, broker_settings, read_stack_file
from chassis.database_url import check_database_url
from chassis.redis_settings import redis_url
from events.fields import MAX_CENTS

T = TypeVar("T")
Network = IPv4Network | IPv6Network


class SettingsWrong(Exception):
    """Some settings can't be used; one line for each."""


@dataclass(frozen=True)
class Defaults:
    """What differs from service to service."""

    prefix: str
    port: int
    worker_port: int
    relay_port: int
    database_url: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an operator may set, with units in the names."""

    broker: BrokerSettings
    database_url: str
    database_pool_size: int
    redis_url: str | None
    bind_host: str
    port: int
    worker_port: int
    relay_port: int
    public_url: str
    api_threads: int
    token_issuer: str
    token_audience: str
    jwks_url: str
    sign_in_limit_per_account: RateLimitItem | None
    sign_in_limit_per_address: RateLimitItem | None
    request_limit: RateLimitItem | None
    trusted_proxies: tuple[Network, ...]
    cors_origins: tuple[str, ...]
    log_level: str
    log_format: str
    worker_prefetch: int
    relay_batch: int
    inbox_retention_days: int
    drain_seconds: float
    shutdown_delay_seconds: float
    exit_with_parent: bool
    #: What a service reads beside the common ones.
    own: Mapping[str, Any]


@dataclass(frozen=True)
class TextSetting:
    """A text of the service's own."""

    default: str
    #: Raises ValueError, with what is wanted, for what can't be used.
    check: Callable[[str], object]
    #: It may then be given by a file.
    is_secret: bool = False


#: A service's own settings: a whole number by its default, or a text.
OwnSettings = Mapping[str, int | TextSetting]


def read(defaults: Defaults, own: OwnSettings) -> Settings:
    """Read the environment, and below it what ``make up`` wrote; SettingsWrong tells of every wrong one."""
    env = Environment(eager=False)
    read_stack_file(env)
    settings = _settings(env, defaults, own)
    try:
        env.seal()
    except EnvValidationError as error:
        messages = cast("dict[str, list[str]]", error.error_messages)
        raise SettingsWrong(
            "\n".join(f"{name}: {' '.join(dict.fromkeys(why))}" for name, why in messages.items())
        ) from error
    # Who holds one connection may need a second for a moment: for the keys that sign, say.
    if settings.database_pool_size <= settings.api_threads:
        raise SettingsWrong("DATABASE_POOL_SIZE: Has to be more than API_THREADS.")
    # What is in hand when the delay is over needs time too.
    if settings.drain_seconds <= settings.shutdown_delay_seconds:
        raise SettingsWrong("SHUTDOWN_DELAY_SECONDS: Is part of DRAIN_SECONDS, and has to be less.")
    return settings


def _settings(env: Environment, defaults: Defaults, own: OwnSettings) -> Settings:
    prefix = defaults.prefix
    port = _port(env, f"{prefix}_PORT", defaults.port)
    issuer = _url(env, "TOKEN_ISSUER", f"http://127.0.0.1:{_port(env, 'USER_PORT', 5000)}")
    return Settings(
        broker=broker_settings(env),
        database_url=env.secret(f"{prefix}_DATABASE_URL", defaults.database_url, validate=check_database_url),
        database_pool_size=_positive(env, "DATABASE_POOL_SIZE", 10, most=1000),
        redis_url=env.secret("REDIS_URL", "", validate=redis_url) or None,
        bind_host=env.str("BIND_HOST", "0.0.0.0"),  # noqa: S104 - in a container that is what answers
        port=port,
        worker_port=_port(env, f"{prefix}_WORKER_PORT", defaults.worker_port),
        relay_port=_port(env, f"{prefix}_RELAY_PORT", defaults.relay_port),
        public_url=_url(env, f"{prefix}_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        api_threads=_positive(env, "API_THREADS", 8, most=1000),
        token_issuer=issuer,
        token_audience=env.str("TOKEN_AUDIENCE", "event-services"),
        jwks_url=_url(env, "JWKS_URL", f"{issuer}/.well-known/jwks.json"),
        sign_in_limit_per_account=_limit(env, "SIGN_IN_LIMIT_PER_ACCOUNT", "10/minute"),
        sign_in_limit_per_address=_limit(env, "SIGN_IN_LIMIT_PER_ADDRESS", "100/minute"),
        request_limit=_limit(env, "REQUEST_LIMIT", "none"),
        trusted_proxies=_several(env, "TRUSTED_PROXIES", ip_network, "Not a list of addresses or networks."),
        cors_origins=_several(env, "CORS_ORIGINS", _origin, "Not a list of origins like https://shop.example."),
        log_level=env.str("LOG_LEVEL", "info", validate=validate.OneOf(["debug", "info", "warning", "error"])),
        log_format=env.str("LOG_FORMAT", "auto", validate=validate.OneOf(["auto", "console", "json"])),
        worker_prefetch=_positive(env, "WORKER_PREFETCH", 100, most=1000),
        relay_batch=_positive(env, "RELAY_BATCH", 500, most=5000),
        inbox_retention_days=_positive(env, "INBOX_RETENTION_DAYS", 30, most=36_500),
        drain_seconds=env.float("DRAIN_SECONDS", 20.0, validate=validate.Range(min=0.1, max=3600)),
        shutdown_delay_seconds=env.float("SHUTDOWN_DELAY_SECONDS", 1.0, validate=validate.Range(0, 3600)),
        exit_with_parent=env.bool("EXIT_WITH_PARENT", False),
        own={name: _own(env, name, setting) for name, setting in own.items()},
    )


def _own(env: Environment, name: str, setting: int | TextSetting) -> int | str | None:
    if isinstance(setting, int):
        return env.int(name, setting, validate=validate.Range(0, MAX_CENTS))

    def check(value: str) -> None:
        try:
            setting.check(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    ask = env.secret if setting.is_secret else env.str
    return ask(name, setting.default, validate=check)


def _limit(env: Environment, name: str, default: str) -> RateLimitItem | None:
    text = env.str(name, default, validate=_is_limit) or "none"
    return None if text == "none" else parse(text)


def _is_limit(value: str) -> None:
    try:
        if value != "none":
            parse(value)
    except ValueError as error:
        raise ValidationError("Neither none nor a limit like 10/minute.") from error


def _several(env: Environment, name: str, read: Callable[[str], T], problem: str) -> tuple[T, ...]:
    def check(texts: list[str]) -> None:
        try:
            for text in texts:
                read(text)
        except ValueError as error:
            raise ValidationError(problem) from error

    texts: list[str] = env.list(name, [], validate=check) or []
    return tuple(read(text) for text in texts)


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if not _has_host(value, {"http", "https"}) or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("not an origin")
    return value


def _port(env: Environment, name: str, default: int) -> int:
    return env.int(name, default, validate=validate.Range(1, 65535))


def _positive(env: Environment, name: str, default: int, *, most: int) -> int:
    return env.int(name, default, validate=validate.Range(1, most))


def _url(env: Environment, name: str, default: str) -> str:
    # None where it is wrong: that is told at the end, with whatever else is.
    return (env.str(name, default, validate=_http_url) or "").rstrip("/")


def _http_url(value: str) -> None:
    if not _has_host(value, {"http", "https"}):
        raise ValidationError("Not an http or https address.")


def _has_host(value: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
