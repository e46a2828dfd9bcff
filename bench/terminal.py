"""The findings as a table on the terminal."""

from rich.console import Console
from rich.table import Table

from bench.findings import Finding, Found, Spread


def show(findings: list[Finding], console: Console) -> None:
    """Print them: value with spread, ratio to the limit with spread, processor time of a unit, and what is wanted."""
    table = Table("", "", "value", "of the limit", "CPU ms: own", "broker", "database", "must", "aim")
    for finding in findings:
        for number, found in enumerate(finding.contenders):
            first = number == 0
            table.add_row(finding.what if first else "", *cells(finding, found))
        table.add_section()
    console.print(table)


def cells(finding: Finding, found: Found) -> list[str]:
    """What is told of one contender."""
    value = spread(found.value, finding.unit)
    ratio = spread(found.ratio) if found.ratio and found.kind != "limit" else ""
    cpu = [f"{each:.2f}" for each in (found.cpu_ms, found.broker_cpu_ms, found.database_cpu_ms)]
    wanted = [f"{finding.must:g}", f"{finding.aim:g}"] if found.kind == "ours" else ["", ""]
    return [found.name, value, ratio, *cpu, *wanted]


def spread(values: Spread, unit: str = "") -> str:
    """The median, and least and most."""
    median = f"{number(values.median)} {unit}".strip()
    return f"{median} ({number(values.least)} to {number(values.most)})"


def number(value: float) -> str:
    """With three digits that count, and two decimals at most."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2f}"
