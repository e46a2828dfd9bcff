"""Asks pip-audit for the known vulnerabilities of what is pinned, and tells apart "none" from "nothing was checked".

pip-audit ends with 0 also where it had to skip every package, as behind an index that knows no vulnerabilities.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

PINNED = Path("requirements-dev.txt")
#: Longer than pip-audit waits for one answer; it asks once for each package.
PATIENCE_SECONDS = 300
UNREACHED = "pip-audit: its data could not be reached; nothing was checked"
#: What pip-audit's last words hold when no answer, or none that it can read, came from where it asks.
AWAY = ("requests.exceptions.", "ServiceError", "Could not connect", "not redirecting")


@dataclass(frozen=True)
class Findings:
    """What pip-audit could say, package by package."""

    audited: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    vulnerable: list[str] = field(default_factory=list)

    def told(self) -> str:
        """The findings, a line each; the last one says how many packages they are about."""
        if not self.audited:
            return UNREACHED
        count = f"pip-audit: {len(self.audited)} packages audited, {len(self.vulnerable)} vulnerabilities known"
        missed = [f"pip-audit: not audited: {', '.join(self.skipped)}"] if self.skipped else []
        return "\n".join([*self.vulnerable, *missed, count])

    def status(self, *, required: bool) -> int:
        """0 unless something is vulnerable; where all is required to be audited, 1 for what wasn't too."""
        missed = bool(self.skipped) or not self.audited
        return int(bool(self.vulnerable) or (required and missed))


class Failed(Exception):
    """pip-audit itself went wrong, for another reason than that its data are away."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--required", is_flag=True, help="Fail also where something could not be audited.")
@click.argument("options", nargs=-1)
def main(*, required: bool, options: tuple[str, ...]) -> None:
    """Audit what is pinned; further OPTIONS are pip-audit's."""
    try:
        findings = audit(PINNED, *options)
    except Failed as error:
        sys.exit(f"pip-audit failed: {error}")
    click.echo(findings.told())
    sys.exit(findings.status(required=required))


def audit(pinned: Path, *options: str) -> Findings:
    """What is known of the packages in this file; no findings at all where pip-audit's data are away."""
    asked = ("--requirement", str(pinned), "--require-hashes", "--disable-pip", "--format", "json")
    command = [sys.executable, "-m", "pip_audit", *asked, "--progress-spinner", "off", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return Findings()
    if done.stdout.strip():
        return read(json.loads(done.stdout))
    if any(word in done.stderr for word in AWAY):
        return Findings()
    raise Failed(done.stderr.strip())


def read(report: dict[str, Any]) -> Findings:
    """The findings in pip-audit's JSON."""
    packages = report["dependencies"]
    audited = [package for package in packages if "skip_reason" not in package]
    return Findings(
        [package["name"] for package in audited],
        [package["name"] for package in packages if "skip_reason" in package],
        [_line(package, each) for package in audited for each in package["vulns"]],
    )


def _line(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    fixed = ", ".join(vulnerability["fix_versions"]) or "no version"
    return f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


if __name__ == "__main__":
    main()
