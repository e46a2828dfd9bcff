"""Who works at this terminal, for the logs."""

import getpass
import os
import socket


def operator() -> str:
    """User and host; a container's user may have no name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"
