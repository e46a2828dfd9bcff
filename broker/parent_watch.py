"""Ends a process when the one that started it is gone: nothing of ours answers unsupervised.

It stands here because the broker is the lowest of our packages that has processes.
"""

import os
import threading

PARENT_CHECK_SECONDS = 0.5
#: What the shell calls an internal software error (sysexits.h).
EXIT_SOFTWARE = 70


def die_with_parent() -> None:
    """Look twice a second whether the parent is there; end at once if not."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(PARENT_CHECK_SECONDS)
        os._exit(EXIT_SOFTWARE)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
