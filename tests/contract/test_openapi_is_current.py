"""The documents under ``docs/openapi`` are what the services say of themselves."""

from pathlib import Path

import pytest

from chassis.service import Service
from operations.openapi import FOLDER, text_of
from tests.stores import ORDERS, USERS


@pytest.mark.parametrize("service", [USERS, ORDERS], ids=lambda service: service.name)
def test_the_document_of_a_service_is_current(service: Service) -> None:
    written = Path(FOLDER / f"{service.name}.json").read_text()

    assert text_of(service) == written, "run `make openapi`, and commit what it writes"


def test_it_is_the_same_whatever_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    before = text_of(USERS)
    monkeypatch.setenv("USER_PORT", "6000")
    monkeypatch.setenv("TOKEN_ISSUER", "https://issuer.example")

    assert text_of(USERS) == before
