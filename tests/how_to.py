"""A how-to page as a program: its blocks, applied and run in a copy of this repository."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.stack import ROOT

COPIED = (
    *("bench", "broker", "chassis", "deploy", "docs", "events", "operations", "order_service", "user_service"),
    "tests",
)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What `make` runs, by the interpreter of this test.
MAKES = {"asyncapi": "operations.event_documents", "openapi": "operations.openapi"}


@dataclass(frozen=True)
class Block:
    """A block of code: its language, the file that it is about, and its text."""

    kind: str
    file: str
    text: str


def blocks(page: Path, heading: str) -> Iterator[Block]:
    """The blocks below a heading, in their order."""
    section = page.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    yield from (Block(*found) for found in BLOCK.findall(section))


def copy(folder: Path) -> Path:
    """A copy of the repository, without what is installed into it."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def follow(block: Block, folder: Path) -> str:
    """Do what a block says; what its commands print."""
    if block.kind == "sh":
        return "".join(_command(line, folder) for line in block.text.splitlines())
    if block.kind == "diff":
        _change(folder / block.file, block.text)
    elif block.file:
        assert not (folder / block.file).exists(), f"{block.file} is there already"
        (folder / block.file).write_text(block.text)
    return ""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of Python's programs in the copy."""
    command = [sys.executable, "-m", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=150, check=False
    )


def _change(file: Path, diff: str) -> None:
    lines = diff.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    text = file.read_text()
    assert text.count(before) == 1, f"{file.name} has this {text.count(before)} times:\n{before}"
    file.write_text(text.replace(before, after))


def _command(line: str, folder: Path) -> str:
    program, *arguments = line.split()
    if program == "make":
        options = [word.partition("=")[2] for word in arguments if "=" in word]
        modules = [[MAKES[word], *options] for word in arguments if "=" not in word]
    else:
        assert (program, arguments[0]) == (".venv/bin/python", "-m"), line
        modules = [arguments[1:]]
    return "".join(_run(module, folder) for module in modules)


def _run(module: list[str], folder: Path) -> str:
    name, *rest = module
    target = rest[rest.index(">") + 1] if ">" in rest else None
    done = run(folder, name, *(rest[: rest.index(">")] if target else rest))
    assert done.returncode == 0, done.stdout + done.stderr
    if target:
        (folder / target).write_text(done.stdout)
    return done.stdout
