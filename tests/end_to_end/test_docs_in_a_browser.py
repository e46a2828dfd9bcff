"""``/docs`` in a real browser: read, and tried out with and without a token, while no other host can be asked."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api_client import Caller
from tests.browser import Tab, tab
from tests.matrix import EMBEDDED
from tests.stack import Stack

pytestmark = pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)
SERVICES = pytest.mark.parametrize("service", ["user", "order"])
METHODS = {"get", "put", "post", "patch", "delete"}
#: An operation that asks for a token.
GUARDED = {"user": "/users/me", "order": "/orders"}


@pytest.fixture
def open_docs(stack: Stack, browser: Browser) -> Iterator[Callable[[str], Tab]]:
    with ExitStack() as opened:

        def open_tab(service: str) -> Tab:
            docs = opened.enter_context(tab(browser, stack.url(service)))
            docs.page.goto(f"{stack.url(service)}/docs")
            docs.page.locator(".opblock").first.wait_for()
            return docs

        yield open_tab


@SERVICES
def test_every_operation_is_shown_and_no_other_host_asked(
    service: str, stack: Stack, open_docs: Callable[[str], Tab]
) -> None:
    docs = open_docs(service)
    paths = requests.get(f"{stack.url(service)}/openapi.json", timeout=20).json()["paths"]
    operations = sum(len(methods.keys() & METHODS) for methods in paths.values())
    closed = docs.page.locator(".opblock-summary-control")
    expect(closed).to_have_count(operations)

    # One at a time: with all of them open, each click draws all of them anew.
    for control in closed.all():
        control.click()
        expect(docs.page.locator(".opblock.is-open .opblock-body")).to_have_count(1)
        control.click()

    assert (docs.elsewhere, docs.errors, docs.violations()) == ([], [], [])


@SERVICES
def test_with_a_token_an_operation_shows_what_is_the_users_own(
    service: str, stack: Stack, lamp: str, tmp_path: Path, open_docs: Callable[[str], Tab]
) -> None:
    ada = Caller(stack)
    own = ada.place(lamp)["id"] if service == "order" else ada.me()["email"]
    docs = open_docs(service)

    _authorize(docs.page, ada.http.headers["Authorization"].removeprefix("Bearer "))
    answer = _try_out(docs.page, GUARDED[service])

    expect(_status(answer)).to_have_text("200")
    expect(answer).to_contain_text(own)
    docs.page.screenshot(path=tmp_path / f"{service}.png", animations="disabled")
    assert (docs.elsewhere, docs.errors, docs.violations()) == ([], [], [])


@SERVICES
def test_without_a_token_the_problem_is_shown(service: str, open_docs: Callable[[str], Tab]) -> None:
    docs = open_docs(service)

    answer = _try_out(docs.page, GUARDED[service])

    expect(_status(answer)).to_have_text("401")
    problem = json.loads(answer.locator("pre").first.inner_text())
    assert (problem["title"], problem["instance"]) == ("Unauthorized", GUARDED[service])
    # Chromium itself tells of every answer that is a refusal.
    assert [error for error in docs.errors if "401 (Unauthorized)" not in error] == []
    assert (docs.elsewhere, docs.violations()) == ([], [])


def test_the_page_is_used_by_keyboard_alone(open_docs: Callable[[str], Tab]) -> None:
    docs = open_docs("user")

    _press_tab_until(docs.page, "GET/.well-known/jwks.json")
    docs.page.keyboard.press("Enter")
    _press_tab_until(docs.page, "Execute")
    docs.page.keyboard.press("Enter")

    expect(_status(_answer(_operation(docs.page, "/.well-known/jwks.json")))).to_have_text("200")


@SERVICES
def test_the_events_are_read_without_scripts_also_on_a_phone(
    service: str, stack: Stack, open_docs: Callable[[str], Tab]
) -> None:
    docs = open_docs(service)
    docs.page.set_viewport_size({"width": 360, "height": 800})

    docs.page.get_by_role("link", name="The events that").click()

    told = requests.get(f"{stack.url(service)}/asyncapi.json", timeout=20).json()["components"]["schemas"]
    expect(docs.page.locator("section[id*='.']")).to_have_count(len(told))
    docs.page.get_by_text("Example").first.click()
    expect(docs.page.locator("details[open] pre")).to_contain_text('"specversion": "1.0"')
    assert docs.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (docs.elsewhere, docs.errors, docs.violations()) == ([], [], [])


def _operation(page: Page, path: str) -> Locator:
    return page.locator(".opblock-get", has=page.locator(f'[data-path="{path}"]'))


def _try_out(page: Page, path: str) -> Locator:
    operation = _operation(page, path)
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    return _answer(operation)


def _answer(operation: Locator) -> Locator:
    return operation.locator(".live-responses-table tr.response")


def _status(answer: Locator) -> Locator:
    return answer.locator(".response-col_status")


def _authorize(page: Page, token: str) -> None:
    page.locator(".auth-wrapper").get_by_role("button", name="Authorize").click()
    # One of several ways to be let in.
    bearer = page.locator(".auth-container", has=page.locator("h4", has_text=re.compile(r"^bearer\b")))
    bearer.get_by_role("textbox").fill(token)
    bearer.get_by_role("button", name="Apply credentials").click()
    bearer.get_by_role("button", name="Close").click()


def _press_tab_until(page: Page, text: str) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.replace(/\\s/g, '')").startswith(text):
            return
    raise AssertionError(f"no way to {text} by the keyboard")
