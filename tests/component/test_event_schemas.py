"""The addresses that events name as their ``dataschema`` answer."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

EXAMPLES = sorted(Path("events/examples").glob("*.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_that_an_event_names_can_be_read_and_knows_its_fields(example: Path, orders: FlaskClient) -> None:
    event = json.loads(example.read_text())

    answer = orders.get(urlsplit(event["dataschema"]).path)

    schema = answer.get_json()
    assert (answer.status_code, answer.content_type) == (200, "application/schema+json")
    assert set(schema["required"]) == schema["properties"].keys() == event["data"].keys()
    assert all(schema["properties"].values())
    assert "\\Z" not in answer.text


def test_of_an_unknown_event_there_is_no_schema(orders: FlaskClient) -> None:
    assert orders.get("/schemas/order.placed.v9.json").status_code == 404
