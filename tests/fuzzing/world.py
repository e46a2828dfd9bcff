"""What the documents' examples name, made so: whoever takes them over as they are finds something."""

import json
from uuid import uuid4

from tests.api_client import PASSWORD, Caller, event, publish
from tests.eventually import eventually
from tests.stack import Stack

#: As the documents have them.
USER, EMAIL, ORDER = 42, "ada@example.com", "01932f5e-7c1a-7b3a-9d2e-3f4a5b6c7d8e"
CLIENT = ("--id", "docs", "--scope", "users:read", "--redirect-uri", "https://shop.example/back")
#: The first one is theirs too.
SKUS = ("lamp", "chair", "desk", "shelf")


def furnish(stack: Stack, admin: Caller) -> None:
    """A client, a user with more credit than anybody can use up, products, and an order of the user's.

    Again after a run, what it has changed of them is put right.
    """
    if not admin.http.get(f"{admin.users}/users/{USER}", timeout=20).ok:
        _create_client(stack, *CLIENT)
        while _sign_up(admin, f"{uuid4()}@example.com") < USER - 1:
            pass
        assert _sign_up(admin, EMAIL) == USER
    _put(admin, f"{admin.users}/users/{USER}/credit-limit", credit_limit_cents=10**12)
    for sku in SKUS:
        _put(admin, f"{admin.orders}/products/{sku}", name=sku.title(), unit_price_cents=12_500)
    wanted = {"order_id": ORDER, "user_id": USER, "lines": [{"sku": SKUS[0], "quantity": 2}]}
    request = event("sales.order_requested.v1", wanted)
    publish(stack.environment["BROKER_URL"], json.dumps(request).encode(), request["type"])
    eventually(lambda: admin.http.get(f"{admin.orders}/orders/{ORDER}", timeout=20).ok)


def a_client(stack: Stack) -> tuple[str, str]:
    """The id and the secret of another system."""
    client_id = f"client-{uuid4()}"
    return client_id, _create_client(stack, "--id", client_id, "--scope", "users:read")


def _create_client(stack: Stack, *options: str) -> str:
    done = stack.command("user-service", "create-client", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition(": ")[2].strip()


def _sign_up(admin: Caller, email: str) -> int:
    body = {"name": "Ada", "email": email, "password": PASSWORD}
    answer = admin.http.post(f"{admin.users}/users", json=body, timeout=20)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def _put(admin: Caller, url: str, **body: object) -> None:
    answer = admin.http.put(url, json=body, timeout=20)
    assert answer.ok, answer.text
