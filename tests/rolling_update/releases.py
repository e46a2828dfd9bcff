"""Two releases: this code or an older one, and a next one with more columns that it fills."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.stack import ROOT

PACKAGES = ("broker", "chassis", "events", "operations", "order_service", "user_service")
#: By service, the table that the next release adds a column to.
TABLES = {"user": "users", "order": "orders"}
COLUMN = "release"
NEXT = "next"

MIGRATION = '''"""Expand: the release that stored a row; the one before neither knows nor fills it."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{down_revision}"


def upgrade() -> None:
    op.add_column("{table}", sa.Column("{column}", sa.String(length=32)))


def downgrade() -> None:
    op.drop_column("{table}", "{column}")
'''


def next_release(folder: Path) -> Path:
    """A copy of this code that has one more migration in each service, and writes the new column."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for service, table in TABLES.items():
        store = folder / f"{service}_service" / "store"
        newest = max(path.stem for path in (store / "migrations" / "versions").glob("v0*.py"))[1:5]
        revision = f"{int(newest) + 1:04}"
        migration = MIGRATION.format(revision=revision, down_revision=newest, table=table, column=COLUMN)
        (store / "migrations" / "versions" / f"v{revision}_{COLUMN}.py").write_text(migration)
        _add_column(store / "tables.py", table)
    return folder


def _add_column(tables: Path, table: str) -> None:
    text, head = tables.read_text(), f'    "{table}",\n    METADATA,\n'
    assert text.count(head) == 1, f"{tables} has {text.count(head)} tables {table}"
    tables.write_text(text.replace(head, f'{head}    Column("{COLUMN}", String(32), default="{NEXT}"),\n'))


def of_commit(commit: str, folder: Path) -> Path:
    """The code as it was at a commit, where this is a clone that has it."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder
