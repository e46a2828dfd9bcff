"""Settings: read once, and wrong ones told all at once."""

import re
from pathlib import Path

import pytest

from broker.topology import queues
from chassis.settings import SettingsWrong
from tests.stores import ORDERS, USERS


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BROKER_URL", "USER_PORT", "BIND_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = USERS.settings()

    assert (settings.broker.url, settings.port, settings.bind_host) == (
        "amqp://guest:guest@127.0.0.1:5672/",
        5000,
        "0.0.0.0",
    )
    assert str(settings.sign_in_limit_per_account) == "10 per 1 minute"
    assert str(settings.sign_in_limit_per_address) == "100 per 1 minute"
    assert (settings.request_limit, settings.trusted_proxies, settings.cors_origins) == (None, (), ())
    assert settings.own["DEFAULT_CREDIT_LIMIT_CENTS"] == 100_000
    assert settings.own["REFRESH_TOKEN_DAYS"] == 30
    assert settings.own["SMTP_URL"] == ""


def test_the_jwks_are_looked_for_where_user_service_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_PORT", "7000")

    assert ORDERS.settings().jwks_url == "http://127.0.0.1:7000/.well-known/jwks.json"


def test_every_wrong_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "USER_PORT": "70000",
        "BROKER_URL": "http://nowhere",
        "USER_DATABASE_URL": "oracle://x",
        "LOG_LEVEL": "loud",
        "RETRY_DELAYS_SECONDS": "5,1",
        "DEFAULT_CREDIT_LIMIT_CENTS": "much",
        "SIGN_IN_LIMIT_PER_ACCOUNT": "often",
        "REQUEST_LIMIT": "seldom",
        "TRUSTED_PROXIES": "10.0.0.0/8,proxy",
        "CORS_ORIGINS": "https://shop.example/",
        "REDIS_URL": "redis://cache:6379/zero",
        "SMTP_URL": "http://mail",
        "MAIL_FROM": "nobody",
        "PASSWORD_RESET_URL": "https://shop.example/reset",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsWrong) as told:
        USERS.settings()

    assert {line.partition(":")[0] for line in str(told.value).splitlines()} == wrong.keys()


MYSQL = "mysql+pymysql://user:password@host/name"


@pytest.mark.parametrize(
    "url", ["sqlite:///file", "postgresql+psycopg://host/name", MYSQL, f"{MYSQL}?ssl_ca={__file__}"]
)
def test_a_database_of_each_kind_can_be_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_DATABASE_URL", url)

    assert USERS.settings().database_url == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://host/name", "Not an address like"),
        ("mysql+mysqldb://host/name", "Not an address like"),
        ("mariadb+pymysql://host/name", "Not an address like"),
        ("postgresql://host/name", "Not an address like"),
        ("mysql+pymysql://host/", "Not an address like"),
        ("mysql+pymysql://[", "Not an address like"),
        (f"{MYSQL}?ssl=true", "Unknown option ssl;"),
        (f"{MYSQL}?ssl_ca=nothing.pem", "There is no file at its ssl_ca."),
        (f"{MYSQL}?ssl_cert={__file__}", "Without ssl_ca"),
    ],
)
def test_a_database_that_can_t_be_used_is_told_in_one_line(
    url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER_DATABASE_URL", url)

    with pytest.raises(SettingsWrong, match=f"^USER_DATABASE_URL: {re.escape(why)}.*$"):
        USERS.settings()


def test_a_pool_that_leaves_no_connection_beside_those_of_the_threads_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_POOL_SIZE", "8")

    with pytest.raises(SettingsWrong, match=r"^DATABASE_POOL_SIZE: Has to be more than API_THREADS\.$"):
        USERS.settings()


def test_a_delay_that_leaves_no_time_to_finish_what_is_in_hand_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUTDOWN_DELAY_SECONDS", "20")

    with pytest.raises(SettingsWrong, match=r"^SHUTDOWN_DELAY_SECONDS: Is part of DRAIN_SECONDS, and has to be"):
        USERS.settings()


def test_the_pauses_between_attempts_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRY_DELAYS_SECONDS", "2,90,120")

    names = [queue.name for queue in queues("user_service", USERS.settings().broker.retry_delays_seconds)]

    assert names[1:-1] == ["user_service.retry.2s", "user_service.retry.90s", "user_service.retry.2m"]


@pytest.mark.parametrize("wrong", ["0,1", "soon", ",", "1,1", "1,100000"])
def test_pauses_that_do_not_grow_are_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRY_DELAYS_SECONDS", wrong)

    with pytest.raises(SettingsWrong, match="RETRY_DELAYS_SECONDS"):
        USERS.settings()


def test_what_the_running_stack_was_started_with_is_taken_unless_the_environment_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "stack.env").write_text("USER_PORT='7001'\nUSER_WORKER_PORT='7002'\n")
    monkeypatch.setenv("USER_WORKER_PORT", "7003")
    monkeypatch.setenv("USER_PORT", "")
    monkeypatch.delenv("USER_PORT")

    settings = USERS.settings()

    assert (settings.port, settings.worker_port) == (7001, 7003)


@pytest.mark.parametrize(
    "url",
    [
        "http://cache",
        "redis://",
        "redis://cache:none",
        "redis://cache/zero",
        "redis://cache?ssl_ca_certs=/dev/null",
        "rediss://cache?ssl_ca_certs=/nowhere.pem",
        "rediss://cache?ssl_cert_reqs=none",
        "rediss://cache?colour",
    ],
)
def test_what_is_no_address_of_a_redis_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    with pytest.raises(SettingsWrong, match=r"\AREDIS_URL: .+\Z"):
        USERS.settings()


@pytest.mark.parametrize("url", ["redis://cache", "redis://:secret@127.0.0.1:6379/3", "rediss://user:secret@cache/"])
def test_an_address_of_a_redis_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    assert USERS.settings().redis_url == url
