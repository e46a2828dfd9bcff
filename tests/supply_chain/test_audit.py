"""What is known of the pins is told; what could not be asked is not taken for harmless."""

import socket
from pathlib import Path

import pytest

from tests.supply_chain.advisories import advisories, advisory
from tests.supply_chain.audit import UNREACHED, Failed, Findings, audit, read

PINS = "".join(f"{name} --hash=sha256:{'0' * 64}\n" for name in ("flask==1.0", "click==8.0"))
NOT_FOUND = {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (1.0)"}
CLEAN = {"name": "click", "version": "8.0", "vulns": []}


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(PINS)
    return path


def _asked(url: str) -> tuple[str, ...]:
    return "--vulnerability-service", "osv", "--osv-url", url


def test_a_known_vulnerability_is_told_and_fails(pinned: Path) -> None:
    with advisories({"flask": advisory("flask", fixed="2.2.5")}) as url:
        findings = audit(pinned, *_asked(url))

    assert findings.told().splitlines() == [
        "flask 1.0: PYSEC-2000-1, fixed in 2.2.5",
        "pip-audit: 2 packages audited, 1 vulnerabilities known",
    ]
    assert findings.status(required=False) == 1


def test_what_nothing_is_known_of_passes_and_is_counted(pinned: Path) -> None:
    with advisories({}) as url:
        findings = audit(pinned, *_asked(url))

    assert findings.told() == "pip-audit: 2 packages audited, 0 vulnerabilities known"
    assert findings.status(required=True) == 0


def test_a_database_that_is_away_is_told_and_fails_only_where_it_is_required(pinned: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    findings = audit(pinned, *_asked(f"http://127.0.0.1:{port}/v1/query"))

    assert findings.told() == UNREACHED
    assert (findings.status(required=False), findings.status(required=True)) == (0, 1)


def test_a_database_that_refuses_is_away(pinned: Path) -> None:
    with advisories({}, status=403) as url:
        findings = audit(pinned, *_asked(url))

    assert findings.told() == UNREACHED


def test_an_index_that_knows_none_of_the_packages_is_no_clean_bill() -> None:
    findings = read({"dependencies": [NOT_FOUND, {**NOT_FOUND, "name": "click"}], "fixes": []})

    assert findings.told() == UNREACHED
    assert (findings.status(required=False), findings.status(required=True)) == (0, 1)


def test_packages_that_were_not_audited_are_named() -> None:
    findings = read({"dependencies": [NOT_FOUND, CLEAN], "fixes": []})

    assert findings == Findings(audited=["click"], skipped=["flask"])
    assert "pip-audit: not audited: flask" in findings.told()
    assert (findings.status(required=False), findings.status(required=True)) == (0, 1)


def test_pins_that_can_not_be_read_are_no_silence_of_the_database(pinned: Path) -> None:
    pinned.write_text("flask==1.0\n")

    with pytest.raises(Failed, match="hash"):
        audit(pinned)
