"""Whoever installs the packages gets the files that they read, too."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("broker", "chassis", "events", "operations", "order_service", "user_service")


def test_every_file_that_is_no_code_is_packaged() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = settings["package-data"]["*"]

    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]

    read = [path for path in files if path.suffix not in {".py", ".pyc"}]
    assert any(path.suffix == ".css" for path in read)
    assert [str(path) for path in read if not any(fnmatch(path.name, pattern) for pattern in patterns)] == []
