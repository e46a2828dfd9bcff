"""What a program that calls the REST API does, in short."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pika
import requests

from broker.topology import EXCHANGE
from events.envelope import STRUCTURED
from tests.eventually import eventually
from tests.stack import Stack

PASSWORD = "correct horse battery staple"
SETTLED = {"confirmed", "rejected", "cancelled"}


class Caller:
    """A signed-up, signed-in user."""

    def __init__(self, stack: Stack, *, email: str | None = None, password: str = PASSWORD) -> None:
        self.users, self.orders = stack.url("user"), stack.url("order")
        self.http = requests.Session()
        self.id = 0
        if email is None:
            email = f"{uuid4()}@example.com"
            answer = self.http.post(
                f"{self.users}/users", json={"name": "Somebody", "email": email, "password": password}, timeout=20
            )
            assert answer.status_code == 201, answer.text
            self.id = answer.json()["id"]
        answer = self.http.post(f"{self.users}/sessions", json={"email": email, "password": password}, timeout=20)
        assert answer.status_code == 201, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def place(self, sku: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
        """A pending order."""
        body = {"lines": [{"sku": sku, "quantity": quantity}], **more}
        answer = self.http.post(f"{self.orders}/orders", json=body, timeout=20)
        assert answer.status_code == 202, answer.text
        order: dict[str, Any] = answer.json()
        return order

    def order(self, order_id: str) -> dict[str, Any]:
        """The order as it is now."""
        answer = self.http.get(f"{self.orders}/orders/{order_id}", timeout=20)
        assert answer.status_code == 200, answer.text
        order: dict[str, Any] = answer.json()
        return order

    def settled(self, order_id: str, timeout: float = 20) -> dict[str, Any]:
        """The order, once it has left ``pending``."""
        eventually(lambda: self.order(order_id)["status"] in SETTLED, timeout)
        return self.order(order_id)

    def cancel(self, order_id: str) -> requests.Response:
        """Take the order back."""
        return self.http.post(f"{self.orders}/orders/{order_id}/cancel", timeout=20)

    def me(self) -> dict[str, Any]:
        """One's own account."""
        account: dict[str, Any] = self.http.get(f"{self.users}/users/me", timeout=20).json()
        return account


def an_admin(stack: Stack) -> Caller:
    """An administrator, made from the command line."""
    email = f"{uuid4()}@example.com"
    done = stack.command("user-service", "create-admin", "--email", email, "--name", "Root", text=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    return Caller(stack, email=email)


def event(event_type: str, data: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """An event of another system, in structured mode."""
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/somewhere/else",
        "type": event_type,
        "time": datetime.now(UTC).isoformat(),
        "data": data,
        **attributes,
    }


def publish(broker_url: str, body: bytes, routing_key: str, content_type: str = STRUCTURED) -> None:
    """Publish as another system does, and wait for the confirm."""
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = pika.BasicProperties(content_type=content_type, delivery_mode=2)
        channel.basic_publish(EXCHANGE, routing_key, body, properties, mandatory=True)
    finally:
        connection.close()
