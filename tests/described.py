"""Whether an answer is what the service's OpenAPI document says: status, content type, headers and body."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

ROOT = "urn:document"
METHODS = ("get", "put", "post", "delete", "patch")
NAMED = re.compile(r"\\{\w+\\}")


class Document:
    """An OpenAPI or AsyncAPI document, to look things up in and to hold values against."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT202012.create_resource(told))

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every method and path, with its operation."""
        for path, item in self.told["paths"].items():
            yield from ((method, path, item[method]) for method in METHODS if method in item)

    def invalid(self, value: Any, *pointer: str) -> list[str]:
        """What is wrong with a value of the schema that stands at this place of the document."""
        steps = (step.replace("~", "~0").replace("/", "~1") for step in pointer)
        schema = {"$ref": f"{ROOT}#/{'/'.join(steps)}"}
        validator = Draft202012Validator(
            schema, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def resolved(self, told: dict[str, Any]) -> dict[str, Any]:
        """The same, or what it refers to."""
        found: dict[str, Any] = told
        for step in told["$ref"].split("/")[1:] if "$ref" in told else ():
            found = (self.told if found is told else found)[step]
        return found

    def differences(self, method: str, path: str, answer: TestResponse) -> list[str]:
        """What of this answer the document does not say."""
        template = self._template(path)
        responses = self.told["paths"][template][method.lower()]["responses"]
        status = str(answer.status_code)
        if status not in responses:
            return [f"{method} {template} answers {status}, which is not described"]
        place = ("paths", template, method.lower(), "responses", status)
        found = [*self._headers(responses[status], answer), *self._body(place, responses[status], answer)]
        return [f"{method} {template} {status}: {difference}" for difference in found]

    def _template(self, path: str) -> str:
        """The most exact of the paths that fit."""
        fitting = [
            template for template in self.told["paths"] if re.fullmatch(NAMED.sub("[^/]+", re.escape(template)), path)
        ]
        return min(fitting, key=lambda template: template.count("{"))

    def _headers(self, response: dict[str, Any], answer: TestResponse) -> Iterator[str]:
        for name, header in response.get("headers", {}).items():
            told, value = self.resolved(header), answer.headers.get(name)
            if value is None and told.get("required"):
                yield f"lacks {name}"
            elif value is not None:
                typed = int(value) if told["schema"]["type"] == "integer" else value
                yield from self.invalid(typed, "components", "headers", name, "schema")

    def _body(self, place: tuple[str, ...], response: dict[str, Any], answer: TestResponse) -> Iterator[str]:
        content = response.get("content", {})
        if not content and answer.data:
            yield "has a body"
        elif content and answer.mimetype not in content:
            yield f"is {answer.mimetype}"
        elif content:
            body = answer.get_json(force=True) if "json" in answer.mimetype else answer.text
            yield from self.invalid(body, *place, "content", answer.mimetype, "schema")
