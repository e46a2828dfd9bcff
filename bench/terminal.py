"""The findings as a table on the terminal."""

from rich.console import Console
from rich.table import Table

from bench.findings import Finding, Found


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
    value = f"{number(found.value.median)} {finding.unit} [{number(found.value.least)} to {number(found.value.most)}]"
    ratio = ""
    if found.ratio is not None and found.kind != "limit":
        ratio = f"{found.ratio.median:.2f} [{found.ratio.least:.2f} to {found.ratio.most:.2f}]"
    cpu = [f"{each:.2f}" for each in (found.cpu_ms, found.broker_cpu_ms, found.database_cpu_ms)]
    wanted = [f"{finding.must:g}", f"{finding.aim:g}"] if found.kind == "ours" else ["", ""]
    return [found.name, value, ratio, *cpu, *wanted]


def number(value: float) -> str:
    """With three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
