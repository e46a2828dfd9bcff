"""Removes each guarantee's line from a copy of the code, one at a time, and expects the named test to fail.

A guarantee whose removal no test notices is not guaranteed. ``python -m tests.mutants [--quick] [NAME…]``
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

import click

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]
COPIED = (
    "broker",
    "chassis",
    "deploy",
    "docs",
    "events",
    "operations",
    "order_service",
    "user_service",
    "tests",
    "pyproject.toml",
)
#: Big, and the same for all: a link to it will do.
LINKED = Path("tests", "node", "node_modules")
#: The quick ones have nothing that two of them could not use at the same time.
QUICK_AT_ONCE = 2
#: Pytest's exit status when tests ran and some failed; anything else is no proof.
TESTS_FAILED = 1


@click.command()
@click.option("--quick", is_flag=True, help="Only those whose tests take no time.")
@click.argument("names", nargs=-1)
def main(quick: bool, names: tuple[str, ...]) -> None:
    """Exit 1 if a guarantee can be removed without a test that fails."""
    chosen = [
        mutant
        for mutant in MUTANTS
        if (mutant.quick or not quick) and (not names or any(name in mutant.name for name in names))
    ]
    at_once = QUICK_AT_ONCE if all(mutant.quick for mutant in chosen) else 1
    with copies(at_once) as folders, ThreadPoolExecutor(at_once) as pool:
        noticed = list(pool.map(lambda mutant: _is_noticed(mutant, folders), chosen))
    click.echo(f"{noticed.count(True)} passed, {noticed.count(False)} failed")
    sys.exit(0 if all(noticed) else 1)


@contextmanager
def copies(number: int) -> Iterator[SimpleQueue[Path]]:
    """Folders with the code, for whoever needs one and puts it back as it was."""
    folders: SimpleQueue[Path] = SimpleQueue()
    made = [Path(tempfile.mkdtemp(prefix="mutant-")) for _ in range(number)]
    try:
        for folder in made:
            _copy(folder)
            folders.put(folder)
        yield folders
    finally:
        for folder in made:
            shutil.rmtree(folder)


def _is_noticed(mutant: Mutant, folders: SimpleQueue[Path]) -> bool:
    folder = folders.get()
    started = monotonic()
    try:
        with _mutated(folder / mutant.file, mutant):
            status, output = _test(folder, mutant.test)
    finally:
        folders.put(folder)
    noticed = status == TESTS_FAILED
    verdict = "noticed" if noticed else f"NOT NOTICED (pytest's status {status})"
    click.echo(f"{verdict}: without “{mutant.name}” {mutant.test} ({monotonic() - started:.0f} s)")
    if not noticed:
        click.echo(output[-3000:])
    return noticed


def _copy(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", LINKED.name))
        else:
            shutil.copy(source, folder / name)
    if (ROOT / LINKED).exists():
        (folder / LINKED).symlink_to((ROOT / LINKED).resolve())


@contextmanager
def _mutated(file: Path, mutant: Mutant) -> Iterator[None]:
    text = file.read_text()
    if text.count(mutant.line) != 1:
        raise click.ClickException(f"{mutant.file} has {text.count(mutant.line)} times: {mutant.line!r}")
    _write(file, text.replace(mutant.line, mutant.without))
    try:
        yield
    finally:
        _write(file, text)


def _write(file: Path, text: str) -> None:
    file.write_text(text)
    # Of the same length and in the same second it would be taken for the file that was compiled before.
    Path(cache_from_source(file)).unlink(missing_ok=True)


def _test(folder: Path, test: str) -> tuple[int, str]:
    # The copy comes first on the path, also for the processes that the tests start.
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    main()
