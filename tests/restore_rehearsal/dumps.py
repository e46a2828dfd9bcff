"""Copies of PostgreSQL's databases, made and put back by its own programs."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers.databases import database

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))


def dump(url: str, file: Path) -> None:
    """Save a database as it is when this begins."""
    command = [str(PROGRAMS / "pg_dump"), "--format=custom", f"--file={file}", _plain(url)]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def restored(server_url: str, dumps: Mapping[str, Path]) -> Iterator[dict[str, str]]:
    """The settings that name databases with what was saved."""
    with ExitStack() as stack:
        urls = {name: stack.enter_context(database(server_url, "restored")) for name in dumps}
        for name, file in dumps.items():
            command = [str(PROGRAMS / "pg_restore"), "--no-owner", f"--dbname={_plain(urls[name])}", str(file)]
            subprocess.run(command, check=True, capture_output=True)
        yield urls


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")
