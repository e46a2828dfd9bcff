"""``/docs``: what is served there, under which headers, and that it leads to no other host."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.api.docs import SWAGGER_UI, register_docs
from tests.component.conftest import make_app
from tests.stores import ORDERS, USERS, opened

FILES = sorted({"init.js", *SWAGGER_UI})
#: Of scripts, Python 3.11 knows the old name, if the system knows none.
KINDS = {
    "js": {"text/javascript", "application/javascript"},
    "css": {"text/css"},
    "png": {"image/png"},
    "html": {"text/html"},
}


@pytest.fixture(params=[USERS, ORDERS], ids=["user_service", "order_service"])
def app(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Flask]:
    with opened(request.param, sqlite_url) as store:
        yield make_app(request.param, store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    # Read to the end, as a server does: a file stays open until then.
    return client.get(path, headers=headers, buffered=True)


def test_the_page_says_its_language_and_whose_it_is(app: Flask, client: FlaskClient) -> None:
    page = get(client, "/docs")

    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert '<html lang="en">' in page.text
    assert f"<title>{app.name}: API</title>" in page.text


@pytest.mark.parametrize("prefix", ["", "/behind/a/proxy"])
def test_all_that_the_page_loads_is_there_under_any_prefix(prefix: str, client: FlaskClient) -> None:
    page, script = get(client, "/docs").text, get(client, "/docs/init.js").text

    named = re.findall(r'(?:src|href)="([^"]+)"', page) + re.findall(r'"(\S+\.(?:json|html))"', script)

    paths = {urljoin(f"{prefix}/docs", name) for name in named}
    assert {f"{prefix}/openapi.json", f"{prefix}/docs/init.js", f"{prefix}/docs/oauth2-redirect.html"} <= paths
    assert [path for path in paths if not path.startswith(f"{prefix}/")] == []
    assert {get(client, path.removeprefix(prefix)).status_code for path in paths} == {200}


def test_neither_page_nor_script_nor_styles_name_another_host(client: FlaskClient) -> None:
    for path in ("/docs", "/docs/init.js"):
        assert re.findall(r"https?:|[\"'(]//", get(client, path).text) == []

    for path in ("/docs/swagger-ui.css", "/docs/index.css"):
        assert re.findall(r"@import|url\((?![\"']?data:)", get(client, path).text) == []


def test_the_page_has_no_script_or_style_within(client: FlaskClient) -> None:
    page = get(client, "/docs").text

    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page) == []


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/nothing", *(f"/docs/{name}" for name in FILES)])
def test_the_browser_is_told_to_trust_nothing_else(path: str, app: Flask, client: FlaskClient) -> None:
    headers = get(client, path).headers

    assert dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {app.config['SETTINGS'].token_issuer}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("issuer", "origin"),
    [
        ("https://login.example.com", "https://login.example.com"),
        ("https://user:secret@login.example.com:8443/some/path", "https://login.example.com:8443"),
    ],
)
def test_beside_its_own_host_the_page_may_ask_the_issuer_alone(issuer: str, origin: str) -> None:
    app = Flask("any_service", static_folder=None)
    register_docs(app, replace(ORDERS.settings(), token_issuer=issuer))

    policy = get(app.test_client(), "/docs").headers["Content-Security-Policy"]

    assert f"connect-src 'self' {origin};" in policy


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_sent_with_its_type_and_not_again_while_it_is_the_same(name: str, client: FlaskClient) -> None:
    first = get(client, f"/docs/{name}")

    again = get(client, f"/docs/{name}", **{"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, len(first.data) > 0) == (200, True)
    assert first.mimetype in KINDS[name.rpartition(".")[2]]
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_is_not_sent_again_while_it_is_the_same(client: FlaskClient) -> None:
    first = get(client, "/docs")

    again = get(client, "/docs", **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-cache")


def test_big_files_are_kept_for_a_while_and_what_is_ours_is_asked_for_each_time(client: FlaskClient) -> None:
    kept = {name for name in FILES if get(client, f"/docs/{name}").cache_control.max_age}

    assert {"swagger-ui-bundle.js", "swagger-ui.css"} <= kept
    assert kept & {"init.js", "oauth2-redirect.html"} == set()


@pytest.mark.parametrize(
    "path",
    [
        "/docs/nothing.js",
        "/docs/swagger-ui.js",
        "/docs/VERSION",
        "/docs/docs.html",
        "/docs/init.js/",
        "/docs/../docs.py",
        "/docs/..%2fdocs.py",
        "/docs/%2e%2e%2f%2e%2e%2f__init__.py",
        "/docs/dist/swagger-ui.css",
        "/docs//etc/passwd",
        "/docs/init.js%00",
    ],
)
def test_nothing_else_can_be_had_below_it(path: str, client: FlaskClient) -> None:
    answer = get(client, path)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_with_a_slash_at_its_end_it_leads_to_the_page_under_any_prefix(client: FlaskClient) -> None:
    answer = get(client, "/docs/")

    assert answer.status_code == 308
    assert urljoin("/behind/a/proxy/docs/", answer.headers["Location"]) == "/behind/a/proxy/docs"


def test_what_cannot_be_shown_without_scripts_is_told_where_to_find(client: FlaskClient) -> None:
    told = re.search(r"<noscript>(.*)</noscript>", get(client, "/docs").text)

    assert told is not None
    assert 'href="openapi.json"' in told[1]
