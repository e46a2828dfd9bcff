"""``python -m broker.embedded --port 5672 --path broker.sqlite3``: the embedded broker alone, for tests."""

import argparse
import logging
import sys
from pathlib import Path

from broker.embedded.errors import EmbeddedBrokerError
from broker.embedded.server import serve


def main() -> int:
    """Serve until a signal; one line and status 1 if that can't be."""
    parser = argparse.ArgumentParser(prog="python -m broker.embedded", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5672, help="0 takes a free one")
    parser.add_argument("--path", type=Path, required=True, help="the SQLite file")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        serve(host=options.host, port=options.port, path=options.path, on_ready=_tell)
    except (OSError, EmbeddedBrokerError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
