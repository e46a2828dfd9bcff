"""What the ``seed`` commands of the services share: whole blocks, a progress bar, and a refusal in one line."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chassis.errors import Conflict
from events import past

#: Each transaction adds so many: some thousands of rows, and no lock is held for long.
BLOCKS_AT_ONCE = 50
#: Adds these blocks of the past in one transaction, unless they are there, and tells how many were new.
AddBlocks = Callable[[Sequence[int]], int]

seed_option = click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(1, past.MOST_SEEDS),
    help="From which number the data are drawn. Another one, other data beside them.",
)


class InBlocksOf(click.IntRange):
    """How many: a multiple of what a block has."""

    def __init__(self, size: int) -> None:
        super().__init__(size, size * past.MOST_BLOCKS)
        self.size = size

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of blocks."""
        number: int = super().convert(value, param, ctx)
        if number % self.size:
            self.fail(f"{number} is no multiple of {self.size}.", param, ctx)
        return number // self.size


def fill(what: str, blocks: int, add: AddBlocks) -> int:
    """Add the first blocks of a past, a few to a transaction, and tell how many were new.

    Where something is in the way, the command ends with one line and exit status 1; what was added stays.
    """
    added = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=blocks)
        for start in range(0, blocks, BLOCKS_AT_ONCE):
            some = range(start, min(start + BLOCKS_AT_ONCE, blocks))
            try:
                added += add(some)
            except Conflict as error:
                progress.stop()
                click.echo(f"what is there is in the way of this seed, take another: {error}", err=True)
                sys.exit(1)
            progress.advance(task, len(some))
    return added
