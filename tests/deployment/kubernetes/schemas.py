"""What Kubernetes' API takes, kind by kind, and what an object says beside it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource

#: The oldest that knows all that we use, and the newest whose schemas are here.
VERSIONS = ("1.30", kubernetes_validate.latest_version())
BUILT_IN = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
#: Of what others bring into the cluster.
CUSTOM = Path(__file__).parent / "schemas"


class NoSchema(Exception):
    """Nobody here knows what this kind may say."""


def problems(found: dict[str, Any]) -> list[str]:
    """Each thing that is wrong with the object, a line each; NoSchema where that can't be told."""
    name = f"{found['kind']} {found['metadata']['name']}"
    wrong = {f"{name}: {line}" for validator in _validators(found) for line in _lines(validator, found)}
    return sorted(wrong)


def _lines(validator: Validator, found: dict[str, Any]) -> Iterator[str]:
    for error in validator.iter_errors(found):
        yield f"{'.'.join(map(str, error.absolute_path)) or '(object)'}: {error.message[:200]}"


def _validators(found: dict[str, Any]) -> list[Validator]:
    kind, api_version = found["kind"], found["apiVersion"]
    if (CUSTOM / f"{kind}.json").is_file():
        return [_custom(kind)]
    return [_built_in(kind, api_version, version) for version in VERSIONS]


@cache
def _custom(kind: str) -> Validator:
    return Draft202012Validator(json.loads((CUSTOM / f"{kind}.json").read_text()))


@cache
def _built_in(kind: str, api_version: str, version: str) -> Validator:
    # As kubernetes-validate does it, but with all errors, and each file read once.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    file = _folder(version) / f"{kind.lower()}-{group}.json"
    if not file.is_file():
        raise NoSchema(f"{kind} ({api_version})")
    schema = Resource.from_contents(json.loads(file.read_text()))
    return Draft202012Validator(schema.contents, registry=schema @ _definitions(version))


@cache
def _definitions(version: str) -> Registry[Any]:
    return Resource.from_contents(json.loads((_folder(version) / "_definitions.json").read_text())) @ Registry()


def _folder(version: str) -> Path:
    return max(BUILT_IN.glob(f"v{version}*-local-strict"))
