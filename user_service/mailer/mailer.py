"""The mailer: each mail that is due is sent at least once, and its token is known to nobody but who gets it."""

from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Event
from typing import Protocol

import structlog

from chassis.errors import Transient
from user_service.domain.mailed_link import DueMail, Purpose
from user_service.mailer.letters import letter
from user_service.mailer.senders import Send
from user_service.use_cases.mail_link import make_link
from user_service.use_cases.ports import UnitOfWork

log = structlog.get_logger()

REST_SECONDS = 1.0
#: How long others leave a mail alone that one is sending; longer than that takes.
PAUSE = timedelta(seconds=60)
#: Half an hour of attempts: a link for a password is of no use much later.
MAX_ATTEMPTS = 30


class Transactions(Protocol):
    """Where units of work come from."""

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Committed at the block's end."""
        ...


class Mailer:
    """Takes what is due, one by one. Several may do so: none takes what another is sending."""

    def __init__(self, store: Transactions, send: Send, links: dict[Purpose, str]) -> None:
        self._store = store
        self._send = send
        self._links = links

    def run(self, stop: Event) -> None:
        """Send what is due until told to stop."""
        while not stop.is_set():
            try:
                is_busy = self.turn()
            except Transient as error:
                log.warning("mailer.database_away", error=str(error))
                is_busy = False
            if not is_busy:
                stop.wait(REST_SECONDS)

    def turn(self) -> bool:
        """Send the next mail; False if none is due."""
        with self._store.writing() as unit_of_work:
            due = unit_of_work.mails.take(unit_of_work.now, PAUSE)
            made = None if due is None else make_link(due.purpose, due.email, unit_of_work)
        if due is None:
            return False
        if made is None:
            self._remove(due)
            return True
        self._deliver(due, *made)
        return True

    def _deliver(self, due: DueMail, to: str, token: str) -> None:
        # No transaction is open here: a mail server may take its time. A crash after this sends another one.
        try:
            self._send(letter(due.purpose, to, self._links[due.purpose].replace("{token}", token)))
        except OSError as error:
            log.warning("mail.not_sent", attempts=due.attempts + 1, error=type(error).__name__)
            if due.attempts + 1 < MAX_ATTEMPTS:
                return
            log.error("mail.given_up", purpose=due.purpose)  # noqa: TRY400 - told just above
        else:
            log.info("mail.sent", purpose=due.purpose)
        self._remove(due)

    def _remove(self, due: DueMail) -> None:
        with self._store.writing() as unit_of_work:
            unit_of_work.mails.remove(due.position)
