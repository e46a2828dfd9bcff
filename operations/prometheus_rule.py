"""``python -m operations.prometheus_rule``: the rules of deploy/prometheus, as Prometheus' operator wants them."""

from pathlib import Path
from textwrap import indent

import click

RULES = Path(__file__).parents[1] / "deploy" / "prometheus" / "rules"
HEAD = """\
# Made from deploy/prometheus/rules by `python -m operations.prometheus_rule`; not to be edited.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: event-services
spec:
  groups:
"""


def prometheus_rule() -> str:
    """The groups of all files of rules, in one object."""
    return HEAD + "".join(indent(_groups(file.read_text()), "  ") for file in sorted(RULES.glob("*.yml")))


def _groups(file: str) -> str:
    return file.partition("\ngroups:\n")[2]


@click.command()
def main() -> None:
    """Print the object."""
    click.echo(prometheus_rule(), nl=False)


if __name__ == "__main__":
    main()
