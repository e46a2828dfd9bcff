"""``python -m tests.restore_rehearsal``: on RabbitMQ and PostgreSQL, by the commands that the how-to page names."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from tests.restore_rehearsal.rehearsal import rehearse
from tests.servers.choice import server


@click.command()
@click.option("--older", type=click.Choice(["users", "orders"]), default="users", show_default=True)
@click.option("--seconds", default=6.0, show_default=True, help="Between one backup, the other, and the loss.")
def main(older: str, seconds: float) -> None:
    """Exit 1 if something still disagrees in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="restore-")))
        urls = [stack.enter_context(server(name)) for name in ("rabbitmq", "postgresql")]
        rehearse(older, seconds, folder, *urls)


if __name__ == "__main__":
    main()
