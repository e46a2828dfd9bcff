"""What a schema says of a text is what the service takes."""

import re

import pytest
from marshmallow import ValidationError

from events.fields import name


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
        "Ünal 🚀",
        "A" * 200,
        "A" * 201,
        " " + "A" * 200 + " ",
    ],
)
def test_the_pattern_of_a_name_tells_what_is_taken(text: str) -> None:
    pattern = str(name().validators[0].regex.pattern)

    assert (re.search(pattern, text) is not None) == is_taken(text)
