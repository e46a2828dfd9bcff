"""Settings for TLS are tried at the start, and wrong ones told."""

from pathlib import Path

import pytest

from broker.tls import TlsFiles
from chassis.settings import SettingsWrong
from tests.deployment.certificates import Authority
from tests.stores import USERS

AMQPS = "amqps://user:password@rabbitmq.example/"
NAMES = ("BROKER_CA_FILE", "BROKER_CERT_FILE", "BROKER_KEY_FILE")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BROKER_URL", AMQPS)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


def wrong(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Path | str]) -> dict[str, str]:
    """What is told of these settings."""
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    with pytest.raises(SettingsWrong) as told:
        USERS.settings()
    return dict(line.split(": ", 1) for line in str(told.value).splitlines())


def test_an_amqps_address_alone_is_enough() -> None:
    assert USERS.settings().broker.tls_files == TlsFiles()


def test_files_that_can_be_used_are_taken(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    files = (authority.file, *authority.pair("user_service"))
    for name, value in zip(NAMES, files, strict=True):
        monkeypatch.setenv(name, str(value))

    assert USERS.settings().broker.tls_files == TlsFiles(*files)


@pytest.mark.parametrize("name", ["BROKER_CA_FILE", "BROKER_CERT_FILE"])
def test_a_file_that_is_missing_or_no_certificate_is_told(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd.pem").write_text("no certificate")

    assert wrong(monkeypatch, {name: "nowhere.pem"}).keys() == {name}
    assert wrong(monkeypatch, {name: "odd.pem"}).keys() == {name}


def test_a_key_that_does_not_fit_or_is_locked_is_told(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    one, another, locked = authority.pair("one"), authority.pair("another"), authority.pair("locked", b"secret")

    for certificate, key in ((one.certificate, another.key), (locked.certificate, locked.key)):
        told = wrong(monkeypatch, {"BROKER_CERT_FILE": certificate, "BROKER_KEY_FILE": key})
        assert told.keys() == {"BROKER_CERT_FILE"}


def test_a_key_without_a_certificate_is_told(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    told = wrong(monkeypatch, {"BROKER_KEY_FILE": authority.pair("one").key})

    assert told == {"BROKER_KEY_FILE": "Is nothing without BROKER_CERT_FILE."}


def test_files_for_tls_beside_an_address_without_it_are_told(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = wrong(monkeypatch, {"BROKER_URL": "amqp://guest:guest@127.0.0.1/", "BROKER_CA_FILE": authority.file})

    assert told == {"BROKER_CA_FILE": "Is for an amqps address alone."}


def test_an_address_that_would_weaken_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong(monkeypatch, {"BROKER_URL": f"{AMQPS}?ssl_options=%7B%7D"}).keys() == {"BROKER_URL"}
