"""The bill of materials names what is pinned."""

import json
import re
from pathlib import Path

from tests.supply_chain.bill import PINNED, write


def test_the_bill_names_every_pinned_package_with_its_version_and_hashes(tmp_path: Path) -> None:
    pins = PINNED.read_text()
    pinned = set(re.findall(r"^([\w.-]+)==([\w.]+)", pins, re.MULTILINE))

    write(tmp_path / "sbom.cdx.json")

    bill = json.loads((tmp_path / "sbom.cdx.json").read_text())
    origins = [origin for part in bill["components"] for origin in part["externalReferences"]]
    hashes = {each["content"] for origin in origins for each in origin["hashes"]}
    assert bill["metadata"]["component"]["name"] == "event-services"
    assert {(part["name"], part["version"]) for part in bill["components"]} == pinned
    assert hashes == set(re.findall(r"--hash=sha256:(\w+)", pins))


def test_the_same_pins_give_the_same_bill(tmp_path: Path) -> None:
    bills = [tmp_path / "once.json", tmp_path / "again.json"]

    for bill in bills:
        write(bill)

    assert bills[0].read_bytes() == bills[1].read_bytes()
