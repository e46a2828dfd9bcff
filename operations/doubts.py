"""Doubts: what doesn't agree now, and may yet be settled by a message under way.

Two databases and a broker can't be read at one moment, and what a worker holds in its hands can't be seen at all.
So nothing is told that a message may still settle, until for a while none was seen and nothing has changed.
"""

from collections.abc import Callable, Iterable

from operations.ledger import Finding


class Doubts:
    """The findings that may yet be settled, and since when each has stood still."""

    def __init__(self, findings: Iterable[Finding], patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._still_since: dict[Finding, float | None] = dict.fromkeys(findings)

    @property
    def open(self) -> list[Finding]:
        """Those on which nothing is decided."""
        return list(self._still_since)

    def look(self, moves: Callable[[Finding], bool], findings: Iterable[Finding], now: float) -> list[Finding]:
        """Take another look, and tell what no message will settle; what is not found again is settled.

        It has to be seen first what moves, from ``now`` on, and the findings have to be read after that: a message
        that was not seen and is not in a worker's hands can then only belong to a finding that is new here.
        """
        since = {finding: self._since(finding, moves, now) for finding in findings}
        told = [finding for finding in since if self._is_over(finding, since[finding], now)]
        for finding in told:
            del since[finding]
        self._still_since = since
        return told

    def _since(self, finding: Finding, moves: Callable[[Finding], bool], now: float) -> float | None:
        if finding not in self._still_since or moves(finding):
            return None
        since = self._still_since[finding]
        return now if since is None else since

    def _is_over(self, finding: Finding, since: float | None, now: float) -> bool:
        return finding.awaits is None or (since is not None and now - since >= self._patience_seconds)
