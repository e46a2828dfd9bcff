"""Tools of the tests that come from npm: `make test` installs them into this folder."""

import shutil
from pathlib import Path

from tests.missing import skip_or_fail

PROGRAMS = Path(__file__).parent / "node_modules" / ".bin"


def program(name: str) -> str:
    """The path of a program for Node.js; where it is not installed the test is skipped, but in CI it fails."""
    found = PROGRAMS / name
    if shutil.which("node") is None or not found.exists():
        skip_or_fail(f"no {name}: install Node.js with npm, and run `npm ci --prefix tests/node`")
    return str(found)


def node(package: str) -> str:
    """The path of Node.js itself, for scripts that need this package; where it is missing as above."""
    found = shutil.which("node")
    if found is None or not (PROGRAMS.parent / package).exists():
        skip_or_fail(f"no {package}: install Node.js with npm, and run `npm ci --prefix tests/node`")
    return str(found)
