"""The ledger of a stack whose connections break: read again after each fault."""

from typing import Any

from tests import ledger
from tests.eventually import eventually
from tests.stack import Stack


class Books:
    """What was published since they were opened, held against what the stores say."""

    def __init__(self, stack: Stack) -> None:
        names = ("BROKER_URL", "USER_DATABASE_URL", "ORDER_DATABASE_URL")
        self._broker_url, *self._databases = (stack.environment[name] for name in names)
        self._published: list[dict[str, Any]] = []
        ledger.listen(self._broker_url)

    def waiting(self) -> list[str]:
        """What is still under way."""
        return ledger.at_rest(self._broker_url, *self._databases)

    def disagreements(self, timeout: float) -> list[str]:
        """Once all is at rest: what was lost or doubled."""
        eventually(lambda: not self.waiting(), timeout)
        self._published += ledger.heard(self._broker_url)
        return ledger.disagreements(self._broker_url, *self._databases, self._published)
