"""What the running system writes down: each line an event with keys, one id through both services, nothing secret."""

import json
import subprocess
from typing import Any

import requests

from tests.api_client import PASSWORD, Caller, publish
from tests.eventually import eventually
from tests.stack import Stack

SECRET_TOKEN = "the-token-that-was-mailed"


def lines_with(stack: Stack, text: str) -> list[dict[str, Any]]:
    """What all processes wrote with this text in it, in the order of time, found as an operator finds it."""
    command = "cat *.log | grep -F -- {} | jq -c -s 'sort_by(.timestamp)[]'".format(f"'{text}'")
    found = subprocess.run(
        ["bash", "-c", command], cwd=stack.folder, capture_output=True, text=True, timeout=20, check=False
    )
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_one_id_leads_through_both_services(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    answer = ada.http.post(f"{ada.orders}/orders", json={"lines": [{"sku": lamp, "quantity": 1}]}, timeout=20)
    order_id, trace_id = answer.json()["id"], answer.headers["traceparent"].split("-")[1]
    ada.settled(order_id)

    found = eventually(lambda: (lines := lines_with(stack, trace_id)) and len(lines) >= 6 and lines)

    steps = {(line["service"], line["process"], line["event"], line.get("type")) for line in found}
    assert steps == {
        ("order_service", "api", "request.answered", None),
        ("order_service", "relay", "event.published", "order.placed.v1"),
        ("user_service", "worker", "event.handled", "order.placed.v1"),
        ("user_service", "relay", "event.published", "user.credit_reserved.v1"),
        ("order_service", "worker", "event.handled", "user.credit_reserved.v1"),
        ("order_service", "relay", "event.published", "order.confirmed.v1"),
    }
    assert {line["order_id"] for line in found} == {order_id}
    assert {line["user_id"] for line in found} == {ada.id}
    assert len({line["correlation_id"] for line in found}) == 1
    assert all("event_id" in line for line in found if line["process"] != "api")


def test_what_can_not_be_handled_is_told_with_its_ids(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    reserved = "user.credit_reserved.v1"
    trace_id, order_id = "7" * 32, "0190a5a5-0000-7000-8000-00000000dead"
    event = {
        "specversion": "1.0",
        "id": "made-up",
        "source": "/user_service",
        "type": reserved,
        "time": "2026-01-01T00:00:00Z",
        "sequence": "000000000001",
        "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01",
        "correlationid": "a-chain",
        "data": {"order_id": order_id, "user_id": ada.id, "amount_cents": 1},
    }

    publish(stack.environment["BROKER_URL"], json.dumps(event).encode(), reserved)

    (line,) = eventually(lambda: lines_with(stack, order_id))
    assert (line["event"], line["outcome"], line["error"]) == ("delivery.failed", "dead_letter", "OrderNotFound")
    known = (line["trace_id"], line["correlation_id"], line["event_id"], line["user_id"])
    assert known == (trace_id, "a-chain", "made-up", ada.id)


def test_every_line_is_json_with_a_name_also_those_of_the_server(stack: Stack) -> None:
    told = [line for path in stack.folder.glob("*-*.log") for line in path.read_text().splitlines()]

    lines = [json.loads(line) for line in told]

    assert [line for line in lines if not {"event", "level", "timestamp", "service", "process"} <= line.keys()] == []
    said = {line["event"] for line in lines if line["process"] == "api"}
    assert "granian.said" in said


def test_no_line_tells_a_secret_in_a_path_or_a_body(stack: Stack) -> None:
    ada = Caller(stack)
    email = ada.me()["email"]

    requests.put(f"{ada.users}/password-resets/{SECRET_TOKEN}", json={"new_password": PASSWORD}, timeout=20)
    requests.put(f"{ada.users}/email-confirmations/{SECRET_TOKEN}", timeout=20)
    requests.get(f"{ada.users}/users", params={"email": email}, headers=dict(ada.http.headers), timeout=20)
    requests.get(f"{ada.users}/{SECRET_TOKEN}", timeout=20)

    eventually(lambda: lines_with(stack, "/password-resets/<token>"))
    told = "".join(path.read_text() for path in stack.folder.glob("*.log"))
    assert [secret for secret in (SECRET_TOKEN, email, PASSWORD) if secret in told] == []
