"""JSON Schema and marshmallow agree on what an event may carry: what one takes, the other allows."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import ValidationError

from events.catalogue import BY_TYPE
from events.json_schema import DIALECT, json_schema
from events.schema import SCHEMAS

#: What no JSON Schema can say; the description does. Of email addresses the format says nearly all.
BEYOND_A_SCHEMA = ("A sku is given twice.", "Not a valid email address.")
#: To explain would take longer than to find.
SEARCH = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
BOUNDARIES = st.sampled_from([-1, 0, 0.0, -0.5, 1, 1.0, 1000, 1001, 10**9 + 1, 10**12, 10**12 + 1, 2**63 - 1, 2**63])
ODD_TEXTS = st.sampled_from(
    ["", " ", "a\n", "lamp\n", "-a", "a" * 64, "a" * 65, " A ", "A" * 200, "A" * 201, "\u009f"]
)
SCALARS = st.none() | st.booleans() | BOUNDARIES | ODD_TEXTS | st.text(max_size=5) | st.floats(-10, 10)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
FORMATS = {
    "uuid": st.uuids().map(str) | st.uuids().map(lambda id_: str(id_).upper()) | st.uuids().map(lambda id_: id_.hex),
    "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.datetimes().map(str),
    "idn-email": st.from_regex(r"[a-zä0-9]{1,20}@[a-z]{1,20}\.(de|org|みんな)", fullmatch=True),
}


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What the schema may mean, and its neighbours."""
    kind = schema["type"]
    if kind == "object":
        return st.fixed_dictionaries({name: values(each) for name, each in schema["properties"].items()})
    if kind == "array":
        return st.lists(values(schema["items"]), max_size=3)
    if kind == "integer":
        whole = st.integers(schema["minimum"], schema["maximum"])
        return whole | whole.filter(lambda number: abs(number) < 2**50).map(float)
    if kind == "boolean":
        return st.booleans()
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return FORMATS[schema["format"]] if "format" in schema else st.from_regex(schema["pattern"]).map(str)


def places(value: Any) -> list[list[Any]]:
    """The way to each value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, each in inner for way in ([key], *([key, *rest] for rest in places(each)))]


@st.composite
def mostly_right(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """Data that fit, or were changed or lost in one place, or have one more field."""
    data = draw(values(schema))
    change = draw(st.sampled_from(["none", "changed", "lost", "more"]))
    if change == "more":
        return {**data, "more": draw(ANYTHING)}
    if change in {"changed", "lost"}:
        *way, last = draw(st.sampled_from(places(data)))
        holder = data = deepcopy(data)
        for step in way:
            holder = holder[step]
        if change == "changed":
            holder[last] = draw(ANYTHING)
        else:
            del holder[last]
    return data


def refusals(event_type: str, data: Any) -> list[str]:
    """Why marshmallow doesn't take the data."""
    try:
        SCHEMAS[BY_TYPE[event_type].event].load(data)
    except ValidationError as error:
        return list(leaves(error.messages))
    return []


def leaves(messages: Any) -> list[str]:
    inner = messages.values() if isinstance(messages, dict) else messages
    return [leaf for each in inner for leaf in ([each] if isinstance(each, str) else leaves(each))]


@pytest.mark.parametrize("event_type", sorted(BY_TYPE))
def test_what_one_takes_the_other_allows(event_type: str) -> None:
    schema = json_schema(event_type)
    # Its regular expressions are those of ECMA, as JSON Schema wants them.
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    @SEARCH
    @given(mostly_right(schema) | ANYTHING)
    def check(data: Any) -> None:
        reasons = [reason for reason in refusals(event_type, data) if reason not in BEYOND_A_SCHEMA]
        allowed = validator.is_valid(data)
        assert allowed or refusals(event_type, data)
        assert not (allowed and reasons), reasons

    check()


@pytest.mark.parametrize("event_type", sorted(BY_TYPE))
def test_a_schema_is_one_of_2020_12_and_allows_the_golden_example(event_type: str) -> None:
    schema = json_schema(event_type)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    golden = json.loads(Path(f"events/examples/{event_type}.json").read_text())["data"]
    assert list(Draft202012Validator(schema).iter_errors(golden)) == []
