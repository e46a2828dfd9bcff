"""Ways for a letter to leave: by SMTP, or on this machine alone where nothing else is set."""

import os
import smtplib
import ssl
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from uuid_utils.compat import uuid7

from user_service.mailer.letters import Letter

#: Raises OSError (smtplib's errors are ones) where the letter could not be handed over.
Send = Callable[[Letter], None]
TIMEOUT_SECONDS = 20
FOLDER = Path("var/mails")
PORTS = {"smtp": 25, "smtps": 465}


def locally(letter: Letter) -> None:
    """Show the letter on the terminal; where there is none, keep it as a file, never in a log."""
    text = f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}\n"
    if sys.stdout.isatty():
        sys.stdout.write(f"\n{text}\n")
        return
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(FOLDER / f"{uuid7()}.txt", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)


def by_smtp(url: str, sender: str) -> Send:
    """Hand letters to the server at ``smtp[s]://user:password@host:port``; encrypted wherever the server can."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]

    def send(letter: Letter) -> None:
        with _connected(parts.scheme, parts.hostname or "", port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_message(letter, sender))

    return send


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    return server


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message.set_content(letter.text)
    return message
