"""Clients that other people wrote sign users in, and themselves, by what the standards say and nothing else."""

import re
import subprocess
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from playwright.sync_api import Browser, expect
from requests_oauthlib import OAuth2Session as RequestsOauthlibSession

from tests.api_client import PASSWORD, Caller
from tests.browser import tab
from tests.matrix import EMBEDDED
from tests.stack import Stack

pytestmark = pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)
BACK = "http://127.0.0.1/back"


def register(stack: Stack, *arguments: str) -> str:
    """A client of this name, which nobody else has; what the command printed."""
    done: subprocess.CompletedProcess[str] = stack.command("user-service", "create-client", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def shop(stack: Stack) -> str:
    client_id = f"shop-{uuid4()}"
    register(stack, "--id", client_id, "--scope", "users:read orders:read", "--redirect-uri", BACK)
    return client_id


@pytest.fixture
def metadata(stack: Stack) -> dict[str, Any]:
    answer = requests.get(f"{stack.url('user')}/.well-known/oauth-authorization-server", timeout=20)
    return dict(answer.json())


def allow(address: str, email: str) -> str:
    """Sign in on the page at this address, and come back to the client."""
    assert requests.get(address, timeout=20).status_code == 200
    form = {"email": email, "password": PASSWORD, "decision": "allow"}
    answer = requests.post(address, data=form, timeout=20, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_authlib_signs_a_user_in_and_goes_on_with_a_refresh_token(
    stack: Stack, shop: str, metadata: dict[str, Any]
) -> None:
    ada = Caller(stack)
    session = OAuth2Session(shop, redirect_uri=BACK, code_challenge_method="S256", token_endpoint_auth_method="none")
    verifier = "v" * 64

    address, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=allow(address, ada.me()["email"]),
        state=state,
        code_verifier=verifier,
    )
    assert session.get(f"{ada.users}/users/me").json()["id"] == ada.id

    before = dict(session.token)
    session.refresh_token(metadata["token_endpoint"])
    assert session.token["refresh_token"] != before["refresh_token"]
    assert session.get(f"{ada.orders}/orders").status_code == 200


def test_requests_oauthlib_signs_a_user_in(
    stack: Stack, shop: str, metadata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # It knows no address of this machine that needs no TLS.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    ada = Caller(stack)
    session = RequestsOauthlibSession(shop, redirect_uri=BACK, pkce="S256")

    address, _ = session.authorization_url(metadata["authorization_endpoint"])
    session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=allow(address, ada.me()["email"]),
        include_client_id=True,
    )

    assert session.get(f"{ada.users}/users/me").json()["id"] == ada.id


def test_authlib_signs_another_system_in(stack: Stack, metadata: dict[str, Any]) -> None:
    ada, client_id = Caller(stack), f"billing-{uuid4()}"
    secret = register(stack, "--id", client_id, "--scope", "credit:write users:read").rpartition(": ")[2].strip()
    session = OAuth2Session(client_id, secret, scope="credit:write")

    session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")

    limit = session.put(f"{ada.users}/users/{ada.id}/credit-limit", json={"credit_limit_cents": 7})
    assert (limit.status_code, ada.me()["credit_limit_cents"]) == (200, 7)
    assert session.get(f"{ada.users}/users/{ada.id}").status_code == 403
    assert session.get(f"{ada.users}/users/me").status_code == 403
    told = session.introspect_token(metadata["introspection_endpoint"], token=session.token["access_token"])
    assert told.json()["client_id"] == client_id


def test_the_documents_page_signs_a_user_in(stack: Stack, browser: Browser, tmp_path: Any) -> None:
    ada, users = Caller(stack), stack.url("user")
    register(stack, "--id", "docs", "--scope", "users:read", "--redirect-uri", f"{users}/docs/oauth2-redirect.html")
    with tab(browser, users) as docs:
        page = docs.page
        page.goto(f"{users}/docs")
        page.locator(".auth-wrapper").get_by_role("button", name="Authorize").click()
        flow = page.locator(".auth-container", has=page.locator("h4", has_text=re.compile("authorizationCode")))

        with page.expect_popup() as opened:
            flow.get_by_role("button", name="Apply given OAuth2 credentials").click()
        sign_in = opened.value
        sign_in.get_by_label("Email").fill(ada.me()["email"])
        sign_in.get_by_label("Password").fill(PASSWORD)
        sign_in.screenshot(path=tmp_path / "sign-in.png")
        sign_in.get_by_role("button", name="Sign in and allow").click()

        flow.get_by_role("button", name="Close").click()
        operation = page.locator(".opblock-get", has=page.locator('[data-path="/users/me"]'))
        operation.locator(".opblock-summary-control").click()
        operation.get_by_role("button", name="Execute").click()
        answer = operation.locator(".live-responses-table tr.response")
        expect(answer.locator(".response-col_status")).to_have_text("200")
        expect(answer).to_contain_text(ada.me()["email"])
        assert docs.elsewhere == []


def test_a_client_that_comes_back_with_a_foreign_address_gets_nowhere(stack: Stack, shop: str) -> None:
    asked = {"response_type": "code", "client_id": shop, "redirect_uri": "https://evil.example/"}

    answer = requests.get(f"{stack.url('user')}/oauth/authorize", params=asked, timeout=20, allow_redirects=False)

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert parse_qs(urlsplit(answer.url).query)["client_id"] == [shop]
