"""``make sbom``: writes what the running system is made of, as a CycloneDX bill of materials."""

import subprocess
import sys
from pathlib import Path

import click

PINNED = Path("requirements.txt")
BILL = Path("dist/sbom.cdx.json")
#: Pins say what is there, not who needs whom: the bill lists, and draws no graph.
QUIET = ("-W", "ignore:The Component this BOM is describing:UserWarning")


@click.command()
def main() -> None:
    """Write it, and say where."""
    write(BILL)
    click.echo(BILL)


def write(bill: Path) -> None:
    """List every pinned package with its version and hashes; the same pins give the same bytes."""
    bill.parent.mkdir(parents=True, exist_ok=True)
    chosen = ("--pyproject", "pyproject.toml", "--output-reproducible", "--validate", "--of", "JSON", "-o", str(bill))
    subprocess.run([sys.executable, *QUIET, "-m", "cyclonedx_py", "requirements", *chosen, str(PINNED)], check=True)


if __name__ == "__main__":
    main()
