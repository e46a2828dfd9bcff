"""The findings as tables on the terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.findings import Finding, Found, Spread

HEAD = ("", "median (least to most)", "of the limit", "CPU ms: own, broker, database")


def show(findings: list[Finding], console: Console) -> None:
    """Print a table for each: value with spread, ratio to the limit with spread, and processor time of a unit."""
    for finding in findings:
        of_what = " of the limit" if finding.against_limit else f" {finding.unit}"
        sign = "at most" if finding.better == "less" else "at least"
        title = f"{finding.what}: must be {sign} {finding.must:g}, aim {finding.aim:g}{of_what}"
        table = Table(*HEAD, title=title, title_justify="left", box=SIMPLE_HEAD)
        for found in finding.contenders:
            table.add_row(*cells(finding, found), style="bold" if found.kind == "ours" else "")
        console.print(table)


def cells(finding: Finding, found: Found) -> list[str]:
    """What is told of one contender."""
    ratio = spread(found.ratio) if found.ratio and found.kind != "limit" else ""
    cpu = ", ".join(f"{each:.2f}" for each in (found.cpu_ms, found.broker_cpu_ms, found.database_cpu_ms))
    return [found.name, spread(found.value, finding.unit), ratio, cpu]


def spread(values: Spread, unit: str = "") -> str:
    """The median, and least and most."""
    median = f"{number(values.median)} {unit}".strip()
    return f"{median} ({number(values.least)} to {number(values.most)})"


def number(value: float) -> str:
    """With three digits that count, and two decimals at most."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2f}"
