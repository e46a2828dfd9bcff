"""Keys are rotated while callers call: nobody is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from tests.api_client import PASSWORD, Caller
from tests.eventually import eventually
from tests.matrix import EMBEDDED
from tests.stack import Stack

pytestmark = pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)


def key_of(session: dict[str, Any]) -> str:
    return str(jws.extract_compact(session["access_token"].encode()).headers()["kid"])


def published(ada: Caller) -> list[Any]:
    return list(requests.get(f"{ada.users}/.well-known/jwks.json", timeout=20).json()["keys"])


def make_it_ask(ada: Caller) -> None:
    """Show order_service a token of a key that nobody knows: it asks for the keys again."""
    stranger = ECKey.generate_key("P-256", {"kid": "nobody's"}, private=True)
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "nobody's"}, {"sub": "1"}, stranger)
    answer = requests.get(f"{ada.orders}/orders", headers={"Authorization": f"Bearer {token}"}, timeout=20)
    assert answer.status_code == 401


def test_nobody_is_refused_while_keys_are_rotated(stack: Stack) -> None:
    ada, stop = Caller(stack), Event()
    email = ada.me()["email"]
    sessions: list[dict[str, Any]] = []
    refused: list[str] = []

    def call() -> int:
        number = 0
        while not stop.is_set():
            answer = requests.post(f"{ada.users}/sessions", json={"email": email, "password": PASSWORD}, timeout=20)
            sessions.append(answer.json())
            bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            first = {"Authorization": f"Bearer {sessions[0]['access_token']}"}
            for url in (f"{ada.users}/users/me", f"{ada.orders}/orders"):
                for headers in (bearer, first):
                    status = requests.get(url, headers=headers, timeout=20).status_code
                    refused.extend([f"{url} {status}"] if status != 200 else [])
                    number += 1
        return number

    with ThreadPoolExecutor(3) as pool:
        calling = [pool.submit(call) for _ in range(3)]
        eventually(lambda: len(sessions) > 3)
        old = key_of(sessions[0])
        done = stack.command("user-service", "rotate-keys", "--after", "45")
        assert done.returncode == 0, done.stderr
        eventually(lambda: len(published(ada)) == 2, timeout=40)
        # In place of the five minutes after which it asks by itself.
        make_it_ask(ada)
        eventually(lambda: len({key_of(session) for session in sessions}) == 2, timeout=60)
        seen = len(sessions)
        eventually(lambda: len(sessions) > seen + 10)
        stop.set()
        calls = sum(each.result() for each in calling)

    print(f"{calls} calls around a rotation, {len(refused)} refused")
    assert key_of(sessions[-1]) != old
    assert (refused, calls > 50) == ([], True)
