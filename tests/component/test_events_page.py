"""What each service serves of its events: AsyncAPI, and a page for people."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.api.asyncapi.document import document
from chassis.api.asyncapi.page import page
from events.rows import rows
from tests.component.conftest import make_app
from tests.stores import ORDERS, USERS, opened


@pytest.fixture(params=[USERS, ORDERS], ids=["user_service", "order_service"])
def app(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Flask]:
    with opened(request.param, sqlite_url) as store:
        yield make_app(request.param, store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_service_serves_its_asyncapi(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/asyncapi.json")

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.get_json() == document([app.name])


def test_the_page_tells_of_every_event_and_of_every_field(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/docs/events")

    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    for event_type, schema in document([app.name])["components"]["schemas"].items():
        section = answer.text.partition(f'<section id="{event_type}">')[2].partition("</section>")[0]
        assert [row.name for row in rows(schema) if f"<code>{row.name}</code>" not in section] == []


def test_the_page_needs_neither_script_nor_another_host(client: FlaskClient) -> None:
    text = client.get("/docs/events").text

    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", text) == []
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', text)) == {"events.css"}
    assert "url(" not in client.get("/docs/events.css", buffered=True).text


@pytest.mark.parametrize("path", ["/docs/events", "/docs/events.css"])
def test_it_is_kept_as_strictly_as_the_other_page(path: str, client: FlaskClient) -> None:
    mine, other = client.get(path, buffered=True).headers, client.get("/docs").headers

    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert mine[name] == other[name]


def test_the_other_page_leads_there(client: FlaskClient) -> None:
    assert 'href="docs/events"' in client.get("/docs").text


def test_what_a_document_says_is_no_markup() -> None:
    told = document()
    told["info"]["description"] = "<b>`<i>`"

    assert "<p>&lt;b&gt;<code>&lt;i&gt;</code></p>" in page(told)
