"""``/openapi.json`` says all that a caller has to know of each route that is served, and of no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.component.conftest import make_app
from tests.described import Document
from tests.stores import ORDERS, USERS, opened

#: Pages for people, not operations for programs.
PAGES = ("docs.", "static")


@pytest.fixture(params=[USERS, ORDERS], ids=["user_service", "order_service"])
def app(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Flask]:
    with opened(request.param, sqlite_url) as store:
        yield make_app(request.param, store)


@pytest.fixture
def document(app: Flask) -> Document:
    answer = app.test_client().get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return Document(answer.get_json())


def test_it_is_valid(document: Document) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document.told).iter_errors()] == []


def test_it_has_each_route_and_no_other(app: Flask, document: Document) -> None:
    served = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and not rule.endpoint.startswith(PAGES)
    }

    assert {(method, path) for method, path, _ in document.operations()} == served


def test_each_operation_has_a_name_words_a_tag_and_its_security(document: Document) -> None:
    tags = {tag["name"] for tag in document.told["tags"] if tag["description"]}
    operations = [operation for _, _, operation in document.operations()]
    names = [operation["operationId"] for operation in operations]

    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    for operation in operations:
        assert operation["summary"]
        assert "may call this" in operation["description"]
        assert set(operation["tags"]) <= tags
        assert "security" in operation


def test_a_right_is_told_as_security_too(document: Document) -> None:
    needed = {operation["operationId"]: operation["security"] for _, _, operation in document.operations()}
    wanted: dict[str, Any] = {
        "livez": [],
        "get_me": [{"bearer": []}, {"oauth2": []}],
        "get_user": [{"bearer": []}, {"oauth2": ["users:read"]}, {"oauth2": []}],
        "set_product": [{"bearer": []}, {"oauth2": ["products:write"]}],
    }

    assert {name: needed[name] for name in wanted if name in needed} == {
        name: security for name, security in wanted.items() if name in needed
    }


def test_every_answer_is_described_and_none_is_left_open(document: Document) -> None:
    for method, path, operation in document.operations():
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"\d{3}", status), (method, path, status)
            assert response["description"], (method, path, status)
            assert "traceparent" in response["headers"]
            if status >= "400" and not path.startswith("/oauth/"):
                assert response["content"].keys() == {"application/problem+json"}


def test_each_field_has_words_and_an_example_that_is_valid(document: Document) -> None:
    for name, schema in document.told["components"]["schemas"].items():
        for field, told in schema["properties"].items():
            assert document.resolved(told).get("description") or "$ref" in told, (name, field)
            assert told["examples"], (name, field)
            for example in told["examples"]:
                assert document.invalid(example, "components", "schemas", name, "properties", field) == []


def test_each_parameter_has_words_and_an_example_that_is_valid(document: Document) -> None:
    for path, item in document.told["paths"].items():
        for method in ("", *(item.keys() - {"parameters"})):
            place = ("paths", path, method) if method else ("paths", path)
            told = (item[method] if method else item).get("parameters", [])
            for at, parameter in enumerate(told):
                if "$ref" in parameter:
                    continue
                assert parameter["description"], (path, parameter)
                example = parameter["schema"]["examples"][0]
                assert document.invalid(example, *place, "parameters", str(at), "schema") == []
    for kind in ("parameters", "headers"):
        for name, told in document.told["components"][kind].items():
            example = told["schema"]["examples"][0] if kind == "parameters" else told["example"]
            assert document.invalid(example, "components", kind, name, "schema") == []
            # Beside the schema, Swagger UI would send it with every request.
            assert kind == "headers" or "example" not in told


def test_each_body_has_an_example_that_is_valid(document: Document) -> None:
    for method, path, operation in document.operations():
        bodies = {("requestBody",): operation.get("requestBody", {})}
        bodies |= {("responses", status): response for status, response in operation["responses"].items()}
        for place, body in bodies.items():
            for media_type, media in body.get("content", {}).items():
                examples = media.get("examples", {"": {"value": media.get("example")}})
                schema = ("paths", path, method, *place, "content", media_type, "schema")
                for example in examples.values():
                    assert example["value"] is not None, schema
                    assert document.invalid(example["value"], *schema) == []


def test_a_request_s_body_may_have_no_unknown_fields(document: Document) -> None:
    for _, path, operation in document.operations():
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media:
            assert document.resolved(media["schema"])["additionalProperties"] is False, path


def test_patterns_are_those_of_ecma(document: Document) -> None:
    def patterns(told: Any) -> Iterator[str]:
        if isinstance(told, dict):
            yield from (told["pattern"],) if isinstance(told.get("pattern"), str) else ()
            told = list(told.values())
        for below in told if isinstance(told, list) else ():
            yield from patterns(below)

    found = set(patterns(document.told))

    assert found
    assert [pattern for pattern in found if r"\Z" in pattern or r"\A" in pattern or "(?P" in pattern] == []


def test_what_decorators_do_is_told(document: Document) -> None:
    told = {operation["operationId"]: operation for _, _, operation in document.operations()}
    tagged_get, tagged_put, keyed, waiting = (
        told.get(first) or told.get(second, {})
        for first, second in (
            ("get_user", "get_order"),
            ("put_credit_limit", "set_product"),
            ("sign_up", "cancel_order"),
            ("post_order", ""),
        )
    )

    assert "If-None-Match" in headers_of(tagged_get)
    assert tagged_get["responses"]["304"].keys() == {"description", "headers"}
    assert "ETag" in tagged_get["responses"]["304"]["headers"]
    assert "If-Match" in headers_of(tagged_put)
    assert "412" in tagged_put["responses"]
    assert "Idempotency-Key" in headers_of(keyed)
    assert {"400", "409", "422"} <= keyed["responses"].keys()
    if waiting:
        assert "Prefer" in headers_of(waiting)
        assert "Preference-Applied" in waiting["responses"]["200"]["headers"]
        assert waiting["responses"]["200"]["content"] == waiting["responses"]["202"]["content"]


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {told["$ref"].rpartition("/")[2] for told in operation["parameters"] if "$ref" in told}


def test_links_lead_to_operations_that_take_their_parameters(document: Document) -> None:
    parameters = {
        operation["operationId"]: {told["name"] for told in document.told["paths"][path].get("parameters", [])}
        for _, path, operation in document.operations()
    }
    links = [
        link
        for _, _, operation in document.operations()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]

    assert links
    assert [link for link in links if link["parameters"].keys() != parameters[link["operationId"]]] == []


def test_it_says_where_tokens_are_had_and_where_the_service_is(app: Flask, document: Document) -> None:
    settings = app.config["SETTINGS"]
    flows = document.told["components"]["securitySchemes"]["oauth2"]["flows"]

    assert flows["authorizationCode"]["authorizationUrl"] == f"{settings.token_issuer}/oauth/authorize"
    assert flows["clientCredentials"]["tokenUrl"] == f"{settings.token_issuer}/oauth/token"
    assert [server["url"] for server in document.told["servers"]] == [".", settings.public_url]
