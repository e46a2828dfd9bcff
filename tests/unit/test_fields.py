"""What a schema says of a text is what the service takes."""

import pytest
from jsonschema import Draft202012Validator
from marshmallow import ValidationError

from events.fields import name
from events.json_schema import json_schema


def is_taken(text: str) -> bool:
    try:
        name().deserialize(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "A",
        " A ",
        "Ada Lovelace\n",
        "A\nB",
        "A\u0007",
        "\u0085",
        "\u009fA",
        "\u001fA",
        "\ufeff",
        "\u3000A\u00a0",
        "Ünal 🚀",
        "A" * 200,
        "A" * 201,
        f" {'A' * 200}\n",
    ],
)
def test_the_schema_of_a_name_tells_what_is_taken(text: str) -> None:
    schema = json_schema("user.registered.v1")["properties"]["name"]

    assert Draft202012Validator(schema).is_valid(text) == is_taken(text)
