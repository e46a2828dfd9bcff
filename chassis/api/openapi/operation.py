"""One operation, completed by what its route says of itself and by what its traits bring."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from chassis.api.openapi import problems
from chassis.api.openapi.examples import Schemas, example_of
from chassis.api.openapi.headers import asked, sent
from chassis.api.openapi.markers import Links, Refusal
from chassis.api.openapi.rights import in_words, security
from chassis.api.openapi.traits import TRAITS, Route, Trait


def completed(route: Route, schemas: Schemas) -> dict[str, Any]:
    """The operation with all that its caller needs."""
    operation = dict(route.operation)
    traits = [trait for trait in TRAITS if trait.of(route)]
    wanted = [*operation.pop("parameters", []), *asked(name for trait in traits for name in trait.parameters)]
    body = operation.pop("requestBody", None)
    description = "\n\n".join(filter(None, [operation.pop("description", ""), in_words(route.view)]))
    return {
        "operationId": route.view.__name__,
        "summary": _markdown(operation.pop("summary")).removesuffix("."),
        "description": _markdown(description),
        "tags": operation.pop("tags"),
        "security": security(route.view),
        "parameters": wanted,
        **({"requestBody": _with_examples(body, schemas, least=True)} if body else {}),
        "responses": dict(sorted({**_answers(route, traits, schemas), **_refusals(route, traits, schemas)}.items())),
    }


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


def _with_examples(told: Mapping[str, Any], schemas: Schemas, *, least: bool = False) -> dict[str, Any]:
    content = {
        media_type: {**media, "example": example_of(media["schema"], schemas, least=least)}
        for media_type, media in told["content"].items()
    }
    return {**told, "content": content}


def _answers(route: Route, traits: Iterable[Trait], schemas: Schemas) -> dict[str, Any]:
    declared = {status: told for status, told in route.operation["responses"].items() if status < "400"}
    answers = {status: _with_examples(told, schemas) for status, told in declared.items() if "content" in told}
    links: Links | None = getattr(route.view, "links", None)
    if links:
        answers = {status: {**told, "links": _links(links)} for status, told in answers.items()}
    answers = {**declared, **answers}
    headers = sent(*(name for trait in traits for name in trait.headers))
    for trait in traits:
        answers |= trait.answers(answers)
    return {status: {**told, "headers": {**headers, **told.get("headers", {})}} for status, told in answers.items()}


def _links(links: Links) -> dict[str, Any]:
    parameters = {name: f"$response.body#/{field}" for name, field in links.parameters.items()}
    return {name: {"operationId": name, "parameters": parameters} for name in links.operations}


def _refusals(route: Route, traits: Iterable[Trait], schemas: Schemas) -> dict[str, Any]:
    refusals = [
        *getattr(route.view, "refusals", ()),
        *(Refusal(404, part.none) for part in route.parts.values()),
        *(refusal for trait in traits for refusal in trait.refusals),
    ]
    instance, field = _instance(route), _first_field(route, schemas)
    return {
        str(status): problems.response(list(of_one), instance=instance, field=field)
        for status, of_one in groupby(sorted(refusals, key=_status), key=_status)
    }


def _status(refusal: Refusal) -> int:
    return refusal.status


def _instance(route: Route) -> str:
    path = route.path
    for name, part in route.parts.items():
        path = path.replace(f"{{{name}}}", str(part.field.metadata["examples"][0]))
    return path


def _first_field(route: Route, schemas: Schemas) -> str:
    for media in route.operation.get("requestBody", {}).get("content", {}).values():
        return str(next(iter(example_of(media["schema"], schemas))))
    return next((str(told["name"]) for told in route.operation.get("parameters", [])), "")
