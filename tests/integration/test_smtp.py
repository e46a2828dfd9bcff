"""Letters leave by SMTP: plain where the server can nothing else, with a name and password where it wants them."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers.ports import free_ports
from user_service.mailer.letters import Letter
from user_service.mailer.senders import by_smtp, locally

#: The server of the tests warns of its own age, and of asking for passwords without TLS.
pytestmark = pytest.mark.filterwarnings("default")
LETTER = Letter("ada@example.com", "Hello", "A link:\n\nhttps://shop.example/x\n")


class Box:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope)
        return "250 kept"


@pytest.fixture
def box() -> Box:
    return Box()


def served(box: Box, **options: Any) -> Iterator[str]:
    (port,) = free_ports(1)
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()


@pytest.fixture
def server(box: Box) -> Iterator[str]:
    yield from served(box)


@pytest.fixture
def strict_server(box: Box) -> Iterator[str]:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"us er", b"p@ss"), handled=False)

    yield from served(box, authenticator=check, auth_required=True, auth_require_tls=False)


def test_a_letter_arrives_as_it_was_written(box: Box, server: str) -> None:
    by_smtp(f"smtp://{server}", "shop@example.com")(LETTER)

    (mail,) = box.mails
    message = message_from_bytes(mail.content, policy=policy.default)
    assert (mail.mail_from, mail.rcpt_tos) == ("shop@example.com", ["ada@example.com"])
    assert (message["Subject"], message["To"]) == ("Hello", "ada@example.com")
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(("login", "arrives"), [("us%20er:p%40ss@", True), ("user:wrong@", False), ("", False)])
def test_who_has_no_name_and_password_is_told_by_an_error(
    login: str, arrives: bool, box: Box, strict_server: str
) -> None:
    send = by_smtp(f"smtp://{login}{strict_server}", "shop@example.com")

    if arrives:
        send(LETTER)
    else:
        with pytest.raises(OSError, match=r".*"):
            send(LETTER)

    assert len(box.mails) == int(arrives)


def test_without_a_server_letters_are_kept_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    locally(LETTER)

    (kept,) = (tmp_path / "var" / "mails").iterdir()
    assert "https://shop.example/x" in kept.read_text()
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_server_that_is_away_is_an_error() -> None:
    (port,) = free_ports(1)

    with pytest.raises(ConnectionRefusedError):
        by_smtp(f"smtp://127.0.0.1:{port}", "shop@example.com")(LETTER)
