"""Messages that other systems send by mistake, and the reason that each is kept with: the one table of them.

The page for other systems shows it, and a running stack is sent every one.
"""

from tests.other_systems.bad_data import BAD_DATA
from tests.other_systems.bad_envelopes import BAD_ENVELOPES

#: Stands for whatever differs from one message to the next.
ANYTHING = "…"

BAD_MESSAGES = (*BAD_ENVELOPES, *BAD_DATA)


def rows() -> list[str]:
    """The table, as the page shows it."""
    return [f"| {bad.what} | `{bad.reason}` | `{bad.error}` |" for bad in BAD_MESSAGES]
