"""The issuer's keys at the other service: cached, and kept while the issuer is away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chassis.api import keys
from chassis.api.keys import KeysUnavailable, RemoteKeys
from tests.component.conftest import KEY


class Issuer:
    """Serves one key, or hangs, or is away."""

    def __init__(self) -> None:
        self.asked = 0
        self.go_on = threading.Event()
        self.go_on.set()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                issuer.go_on.wait(10)
                body = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.stop()


def test_a_key_is_asked_for_once(issuer: Issuer) -> None:
    remote = RemoteKeys(issuer.url)

    found = [remote.find(KEY.kid) for _ in range(3)]

    assert [key.kid for key in found if key] == [KEY.kid] * 3
    assert issuer.asked == 1


def test_made_up_key_ids_do_not_make_us_ask_again_and_again(issuer: Issuer) -> None:
    remote = RemoteKeys(issuer.url)
    remote.find(KEY.kid)

    assert [remote.find(f"forged-{number}") for number in range(20)] == [None] * 20
    assert issuer.asked == 1


def test_keys_are_kept_while_the_issuer_is_away(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = RemoteKeys(issuer.url)
    remote.find(KEY.kid)
    issuer.stop()
    monkeypatch.setattr(keys, "FRESH_SECONDS", -1.0)
    monkeypatch.setattr(keys, "COOL_DOWN_SECONDS", -1.0)

    found = remote.find(KEY.kid)

    assert found is not None


def test_an_issuer_that_hangs_holds_up_one_thread_and_no_other(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = RemoteKeys(issuer.url)
    remote.find(KEY.kid)
    monkeypatch.setattr(keys, "COOL_DOWN_SECONDS", -1.0)
    issuer.go_on.clear()
    held_up = threading.Thread(target=remote.find, args=("unknown",))
    held_up.start()

    assert remote.find(KEY.kid) is not None
    assert remote.find("another") is None
    assert held_up.is_alive()
    issuer.go_on.set()
    held_up.join(10)


def test_with_nothing_kept_and_no_issuer_nothing_can_be_known() -> None:
    with pytest.raises(KeysUnavailable):
        RemoteKeys("http://127.0.0.1:1/jwks").find("any")
