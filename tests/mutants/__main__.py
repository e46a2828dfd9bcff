"""Removes each guarantee's line from a copy of the code, one at a time, and expects the named test to fail.

A guarantee whose removal no test notices is not guaranteed. ``python -m tests.mutants [--quick] [NAME…]``
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

import click

from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("broker", "chassis", "events", "operations", "order_service", "user_service", "tests", "pyproject.toml")
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
    survivors = [mutant.name for mutant in chosen if not _is_noticed(mutant)]
    click.echo(f"{len(chosen) - len(survivors)} passed, {len(survivors)} failed")
    sys.exit(1 if survivors else 0)


def _is_noticed(mutant: Mutant) -> bool:
    started = monotonic()
    folder = Path(tempfile.mkdtemp(prefix="mutant-"))
    try:
        _copy(folder)
        _mutate(folder / mutant.file, mutant)
        status, output = _test(folder, mutant.test)
    finally:
        shutil.rmtree(folder)
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
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def _mutate(file: Path, mutant: Mutant) -> None:
    text = file.read_text()
    if text.count(mutant.line) != 1:
        raise click.ClickException(f"{mutant.file} has {text.count(mutant.line)} times: {mutant.line!r}")
    file.write_text(text.replace(mutant.line, mutant.without))


def _test(folder: Path, test: str) -> tuple[int, str]:
    # The copy comes first on the path, also for the processes that the tests start.
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    main()
