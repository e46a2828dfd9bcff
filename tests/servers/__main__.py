"""``python -m tests.servers COMMAND…``: run a command with all servers up, told to it by their settings."""

import os
import subprocess
import sys
from contextlib import ExitStack

from tests.servers import mysql
from tests.servers.choice import SERVERS, NoServer, server


def main() -> int:
    """Start what there is, run the command, stop what was started."""
    with ExitStack() as started:
        for name in SERVERS:
            try:
                url = started.enter_context(server(name))
            except NoServer as error:
                print(error, file=sys.stderr)
                continue
            os.environ[f"TEST_{name.upper()}_URL"] = url
            print(f"{name}: {url}", flush=True)
            if name == "mysql":
                print(f"it is {mysql.version(url)}", flush=True)
        return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
