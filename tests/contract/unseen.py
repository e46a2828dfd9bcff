"""What breaks callers and oasdiff 1.15 does not tell: lost rights, lost links, and some words of JSON Schema."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.described import Document

#: A word of JSON Schema -> whether the change from the first value to the second is felt.
Words = Mapping[str, Callable[[Any, Any], bool]]
#: In requests: is more asked than before?
ASKED: Words = {
    "format": lambda before, after: after is not None and after != before,
    "maxItems": lambda before, after: after is not None and (before is None or after < before),
}
#: In answers: is less promised than before?
PROMISED: Words = {
    "format": lambda before, after: before is not None and after != before,
    "maxItems": lambda before, after: before is not None and (after is None or after > before),
}


def unseen(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """What breaks callers of the old document."""
    before, after = Document(old), Document(new)
    scopes = [set(_scopes(document.told)) for document in (before, after)]
    yield from (f"no token has the scope {scope} any more" for scope in sorted(scopes[0] - scopes[1]))
    there = {(method, path): operation for method, path, operation in after.operations()}
    for method, path, was in before.operations():
        if now := there.get((method, path)):
            reasons = [*_rights(was, now), *_links(was, now), *_schemas(before, after, path, was, now)]
            yield from (f"{method.upper()} {path}: {reason}" for reason in reasons)


def _scopes(document: dict[str, Any]) -> Iterator[str]:
    for scheme in document["components"].get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            yield from flow["scopes"]


def _rights(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for way in was["security"] or [{}]:
        if now["security"] and not any(_is_enough(way, wanted) for wanted in now["security"]):
            yield f"{way or 'no token'} is not enough any more"


def _is_enough(way: dict[str, list[str]], wanted: dict[str, list[str]]) -> bool:
    return all(scheme in way and set(scopes) <= set(way[scheme]) for scheme, scopes in wanted.items())


def _links(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for status, response in was["responses"].items():
        lost = response.get("links", {}).keys() - now["responses"].get(status, {}).get("links", {}).keys()
        yield from (f"{status} leads to {name} no more" for name in sorted(lost))


def _schemas(before: Document, after: Document, path: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for schemas_of, words in ((_requests, ASKED), (_answers, PROMISED)):
        new = dict(schemas_of(after, path, now))
        for place, schema in schemas_of(before, path, was):
            if place in new:
                yield from _felt((before, schema), (after, new[place]), words, place)


def _requests(document: Document, path: str, operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    shared = document.told["paths"][path].get("parameters", [])
    for parameter in map(document.resolved, [*shared, *operation["parameters"]]):
        yield f"{parameter['in']} parameter {parameter['name']}", parameter["schema"]
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{media_type} body", media["schema"]


def _answers(_document: Document, _path: str, operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for status, response in operation["responses"].items():
        for media_type, media in response.get("content", {}).items():
            yield f"{status} {media_type}", media["schema"]


def _felt(was: tuple[Document, Any], now: tuple[Document, Any], words: Words, place: str) -> Iterator[str]:
    before, after = was[0].resolved(was[1]), now[0].resolved(now[1])
    for word, is_felt in words.items():
        if is_felt(before.get(word), after.get(word)):
            yield f"{place}: {word} was {before.get(word)}, and is {after.get(word)}"
    fields, kept = before.get("properties", {}), after.get("properties", {})
    for name in fields.keys() & kept.keys():
        yield from _felt((was[0], fields[name]), (now[0], kept[name]), words, f"{place}.{name}")
    if "items" in before and "items" in after:
        yield from _felt((was[0], before["items"]), (now[0], after["items"]), words, f"{place}[]")
