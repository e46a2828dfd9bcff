"""Who calls a service as its newest release said goes on being served, until the next major version."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.service import Service
from operations.openapi import RELEASED, text_of
from tests.contract.breaking import breaks
from tests.stores import ORDERS, USERS


def version(document: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in document["info"]["version"].split("."))


def newest_release(service: str) -> dict[str, Any]:
    released = [json.loads(path.read_text()) for path in RELEASED.glob(f"{service}-*.json")]
    return dict(max(released, key=version))


@pytest.mark.parametrize("service", [USERS, ORDERS], ids=lambda service: service.name)
def test_nothing_breaks_who_calls_the_newest_release(service: Service, oasdiff: str, tmp_path: Path) -> None:
    released, current = newest_release(service.name), json.loads(text_of(service))

    broken = breaks(released, current, oasdiff=oasdiff, folder=tmp_path)

    major, newest_major = version(current)[0], version(released)[0]
    assert major > newest_major or broken == [], "this breaks callers: change it, or raise the major api_version"
    assert version(current) >= version(released)
