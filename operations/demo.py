"""``make demo``: the whole story on the running stack, told while it happens."""

import json
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import click

from broker.confirms import Fate
from broker.connection import CONNECTION_ERRORS
from broker.environment import Environment
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings, amqp_url, broker_settings, read_stack_file
from broker.tail import watching
from broker.topology import EXCHANGE
from events.envelope import STRUCTURED

SETTLE_SECONDS = 20.0
POLL_SECONDS = 0.05
SKU = "demo-lamp"
PRICE_CENTS = 25_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where both APIs are, on their ports.")
def main(host: str) -> None:
    """Sign up, order, and follow what becomes of it.

    The other system's part is played as CATALOG_BROKER_URL says, where RabbitMQ has a user for it.
    """
    env = Environment()
    read_stack_file(env)
    broker = broker_settings(env)
    catalog = replace(broker, url=env.secret("CATALOG_BROKER_URL", broker.url, validate=amqp_url))
    users = f"http://{host}:{env.int('USER_PORT', 5000)}"
    orders = f"http://{host}:{env.int('ORDER_PORT', 5001)}"
    with _telling_events(broker):
        _tell_story(catalog, users, orders)


def _tell_story(catalog: BrokerSettings, users: str, orders: str) -> None:
    _say("Another system lists a product, by an event")
    _publish_product(catalog)
    _until(lambda: _call("GET", f"{orders}/products/{SKU}", accept=(200, 404))[1] is not None)
    _say("Ada signs up, and signs in")
    account = {"name": "Ada Lovelace", "email": f"ada-{uuid4()}@example.com", "password": str(uuid4())}
    _, user = _call("POST", f"{users}/users", account)
    _, session = _call("POST", f"{users}/sessions", {key: account[key] for key in ("email", "password")})
    token = session["access_token"]
    _say(f"She is user {user['id']}, with a credit of {_money(user['available_credit_cents'])}, and orders 2 lamps")
    _follow(orders, token, quantity=2, expected="confirmed")
    _, user = _call("GET", f"{users}/users/me", token=token)
    _say(f"Her available credit is {_money(user['available_credit_cents'])} now; she orders 3 more")
    _follow(orders, token, quantity=3, expected="rejected")


def _follow(orders: str, token: str, *, quantity: int, expected: str) -> None:
    started = monotonic()
    body = {"lines": [{"sku": SKU, "quantity": quantity}]}
    status, order = _call("POST", f"{orders}/orders", body, token=token)
    click.echo(f"    {status}  order {order['id']}: {order['status']}, {_money(order['total_cents'])}")
    address = f"{orders}/orders/{order['id']}"

    def settled() -> bool:
        order.update(_call("GET", address, token=token)[1])
        return bool(order["status"] != "pending")

    _until(settled)
    took = (monotonic() - started) * 1000
    reason = f" ({order['rejection_reason']})" if order["rejection_reason"] else ""
    click.echo(f"    200  order {order['id']}: {order['status']}{reason}, {took:.0f} ms after it was placed")
    if order["status"] != expected:
        click.echo(f"expected {expected}", err=True)
        sys.exit(1)


@contextmanager
def _telling_events(broker: BrokerSettings) -> Iterator[None]:
    listening = threading.Event()
    thread = threading.Thread(target=_tell_events, args=(broker, listening), daemon=True)
    thread.start()
    while thread.is_alive() and not listening.wait(POLL_SECONDS):
        pass
    if not listening.is_set():
        click.echo("no broker: is the stack up? (`make up`)", err=True)
        sys.exit(1)
    yield
    # What the last order caused may still be on its way here.
    thread.join(0.5)


def _tell_events(broker: BrokerSettings, listening: threading.Event) -> None:
    with suppress(*CONNECTION_ERRORS), watching(broker, "#") as messages:
        listening.set()
        for message in messages:
            event = json.loads(message.body)
            click.echo(
                f"         event {message.routing_key:<28} {event['source']:<15} {json.dumps(event['data'])[:110]}"
            )


def _publish_product(broker: BrokerSettings) -> None:
    event_type = "catalog.product_listed.v1"
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/demo/catalogue",
        "type": event_type,
        "time": datetime.now(UTC).isoformat(),
        "data": {"sku": SKU, "name": "Reading lamp", "unit_price_cents": PRICE_CENTS, "active": True},
    }
    message = Message(
        exchange=EXCHANGE,
        routing_key=event_type,
        body=json.dumps(event).encode(),
        message_id=event["id"],
        mandatory=True,
        content_type=STRUCTURED,
    )
    publisher = Publisher(broker, name="demo")
    publisher.start()
    (fate,) = publisher.publish([message], SETTLE_SECONDS)
    publisher.close()
    if fate is not Fate.CONFIRMED:
        click.echo(f"the broker did not take the event: {fate.value}", err=True)
        sys.exit(1)


def _call(
    method: str, url: str, body: Any = None, *, token: str | None = None, accept: tuple[int, ...] = (200, 201, 202)
) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own services
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # nosec B310 # noqa: S310 - as above
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code in accept:
            return error.code, None
        click.echo(f"{method} {url}: {error.code} {error.read().decode(errors='replace')}", err=True)
        sys.exit(1)
    except urllib.error.URLError as error:
        click.echo(f"{url} does not answer ({error.reason}): is the stack up? (`make up`)", err=True)
        sys.exit(1)


def _until(done: Callable[[], bool]) -> None:
    deadline = monotonic() + SETTLE_SECONDS
    while not done():
        if monotonic() > deadline:
            click.echo(f"nothing came of it in {SETTLE_SECONDS:.0f} seconds; see var/log/", err=True)
            sys.exit(1)
        threading.Event().wait(POLL_SECONDS)


def _say(text: str) -> None:
    click.echo(f"\n{text}")


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"


if __name__ == "__main__":
    main()
