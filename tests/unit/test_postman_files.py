"""What people import into Postman holds nobody's values."""

import json

from tests.stack import ROOT

FOLDER = ROOT / "docs" / "postman"


def test_the_environment_names_the_password_and_leaves_it_empty() -> None:
    environment = json.loads((FOLDER / "local.postman_environment.json").read_text())

    values = {variable["key"]: variable["value"] for variable in environment["values"]}

    assert values.keys() == {"userUrl", "orderUrl", "adminEmail", "adminPassword"}
    assert values["adminPassword"] == ""


def test_the_collection_keeps_nothing_of_a_run() -> None:
    collection = json.loads((FOLDER / "event-services.postman_collection.json").read_text())

    assert {variable["key"] for variable in collection["variable"]} == {"sku", "polls"}
