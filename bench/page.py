"""Puts the latest run into `docs/performance.md`, between its markers, and beside it as a picture.

python -m bench.page
"""

from pathlib import Path

from bench.findings import Finding, Found
from bench.plot import plot
from bench.results import Results, load
from bench.terminal import number, spread

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PICTURE = PAGE.with_suffix(".svg")
BEGIN, END = "<!-- latest run: begin -->", "<!-- latest run: end -->"
HEAD = """
| what | by whom | median (least to most) | of the limit | CPU ms: own, broker, database | when something dies |
| --- | --- | --- | --- | --- | --- |
""".strip()


def put_into_page(results: Results) -> None:
    """Replace what stands between the markers, and the picture."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    assert found, f"{PAGE.name} has no markers"
    PAGE.write_text(f"{before}{BEGIN}\n{section(results)}\n{END}{after}")
    PICTURE.write_text(plot(results.findings))


def section(results: Results) -> str:
    """The run in Markdown."""
    machine = results.machine
    versions = ", ".join(f"{name} {machine[name]}" for name in list(machine)[list(machine).index("python") :])
    cores = f"{machine['cores']} cores ({machine['processor']})"
    on = f"{cores}, {machine['memory_gib']} GiB, data on {machine['data_on']}"
    busy = f"Before the last of it the machine was at work at {machine['load_before']:g} other things at a time."
    return "\n".join(
        [
            f"Measured {_days(results.findings)} on {on}; {_turns(results.findings)} turns.",
            f"Versions: {versions}.",
            busy,
            f"The load generator took {_busiest_load(results.findings):.0%} of a core at most.",
            "",
            wanted(results.findings),
            "",
            "![Ratios to the limit](performance.svg)",
            "",
            HEAD,
            *(row(finding, found) for finding in results.findings for found in finding.contenders),
        ]
    )


def _turns(findings: list[Finding]) -> str:
    least, most = min(each.turns for each in findings), max(each.turns for each in findings)
    return f"{least}" if least == most else f"{least} to {most}"


def _days(findings: list[Finding]) -> str:
    first, last = min(each.at[:10] for each in findings), max(each.at[:10] for each in findings)
    return f"on {first}" if first == last else f"from {first} to {last}"


def _busiest_load(findings: list[Finding]) -> float:
    contenders = [found for finding in findings for found in finding.contenders]
    return max((found.more.get("load_cpu_share", 0.0) for found in contenders), default=0.0)


def wanted(findings: list[Finding]) -> str:
    """What must be reached, what is aimed at, and what was."""
    ours = [(finding, found) for finding in findings for found in finding.contenders if found.kind == "ours"]
    return "\n".join(
        ["| what | must | aim | reached |", "| --- | --- | --- | --- |", *(_reached(*each) for each in ours)]
    )


def _reached(finding: Finding, found: Found) -> str:
    sign = "≤" if finding.better == "less" else "≥"
    reached = found.ratio.median if found.ratio else found.value.median
    unit = " of the limit" if finding.against_limit else f" {finding.unit}"
    what = f"{finding.what} ({found.name})"
    return f"| {what} | {sign} {finding.must:g}{unit} | {sign} {finding.aim:g}{unit} | {number(reached)}{unit} |"


def row(finding: Finding, found: Found) -> str:
    """One line of the table."""
    cpu = ", ".join(f"{each:.2f}" for each in (found.cpu_ms, found.broker_cpu_ms, found.database_cpu_ms))
    name = f"**{found.name}**" if found.kind == "ours" else found.name
    ratio = f"{spread(found.ratio)}" if found.ratio and found.kind != "limit" else ""
    return f"| {finding.what} | {name} | {spread(found.value, finding.unit)} | {ratio} | {cpu} | {found.guarantee} |"


if __name__ == "__main__":
    put_into_page(load())
