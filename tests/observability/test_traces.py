"""One order is one trace, from the request through both services, whatever happens to it on the way."""

import json
from uuid import uuid4

import requests

from tests.api_client import Caller, publish
from tests.eventually import eventually
from tests.observability.collector import Collector, Span
from tests.stack import Stack

RESERVED = "user.credit_reserved.v1"
PROCESSED = "process order.placed.v1"
CONFIRMED = "send order.confirmed.v1"


def placed(stack: Stack, sku: str, sent: str | None = None) -> str:
    """Place an order, wait until it is settled, and tell its trace."""
    ada = Caller(stack)
    headers = {"traceparent": sent} if sent else {}
    body = {"lines": [{"sku": sku, "quantity": 1}]}
    answer = ada.http.post(f"{ada.orders}/orders", json=body, headers=headers, timeout=20)
    ada.settled(answer.json()["id"])
    return answer.headers["traceparent"].split("-")[1]


def whole(collector: Collector, trace_id: str) -> dict[str, Span]:
    """The trace's spans by name, once its last event has left."""
    eventually(lambda: CONFIRMED in {span.name for span in collector.trace(trace_id)}, timeout=20)
    eventually(lambda: all(span.parent in ids(collector, trace_id) for span in collector.trace(trace_id)[1:]))
    return {span.name: span for span in collector.trace(trace_id)}


def ids(collector: Collector, trace_id: str) -> set[str]:
    """The ids of the trace's spans."""
    return {span.id for span in collector.trace(trace_id)}


def path(spans: dict[str, Span], name: str) -> list[tuple[str, str]]:
    """Who did what, from the request down to this span."""
    by_id = {span.id: span for span in spans.values()}
    found, span = [], spans.get(name)
    while span is not None:
        found.insert(0, (span.process, span.name))
        span = by_id.get(span.parent)
    return found


def test_one_order_is_one_tree_through_both_services(stack: Stack, lamp: str, collector: Collector) -> None:
    trace_id = placed(stack, lamp)

    spans = whole(collector, trace_id)

    assert path(spans, CONFIRMED) == [
        ("order_service api", "POST /orders"),
        ("order_service api", "create order.placed.v1"),
        ("user_service worker", "process order.placed.v1"),
        ("user_service worker", "create user.credit_reserved.v1"),
        ("order_service worker", "process user.credit_reserved.v1"),
        ("order_service worker", "create order.confirmed.v1"),
        ("order_service relay", CONFIRMED),
    ]
    assert spans["send order.placed.v1"].parent == spans["create order.placed.v1"].id
    assert spans["INSERT inbox"].parent in {spans[name].id for name in spans if name.startswith("process ")}
    assert path(spans, "reserve_credit")[-2] == ("user_service worker", "process order.placed.v1")
    kinds = {spans[name].kind for name in ("POST /orders", "create order.placed.v1", "process order.placed.v1")}
    assert kinds == {"server", "producer", "consumer"}


def test_a_callers_trace_goes_on(stack: Stack, lamp: str, collector: Collector) -> None:
    trace_id, caller = uuid4().hex, "00f067aa0ba902b7"

    assert placed(stack, lamp, f"00-{trace_id}-{caller}-01") == trace_id

    request = eventually(lambda: [span for span in collector.trace(trace_id) if span.name == "POST /orders"])
    assert request[0].parent == caller


def test_the_trace_goes_on_after_the_relay_was_killed(stack: Stack, lamp: str, collector: Collector) -> None:
    ada = Caller(stack)
    stack.kill("order-relay")
    answer = ada.http.post(f"{ada.orders}/orders", json={"lines": [{"sku": lamp, "quantity": 1}]}, timeout=20)
    trace_id = answer.headers["traceparent"].split("-")[1]

    stack.start("order-relay")
    ada.settled(answer.json()["id"])

    spans = whole(collector, trace_id)
    assert spans["send order.placed.v1"].process == "order_service relay"
    assert path(spans, CONFIRMED)[0] == ("order_service api", "POST /orders")
    stack.await_ready()


def test_a_replay_is_another_span_below_the_same_event(stack: Stack, collector: Collector) -> None:
    url, trace_id, made = stack.environment["BROKER_URL"], uuid4().hex, uuid4().hex[:16]
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/user_service",
        "type": RESERVED,
        "time": "2026-01-01T00:00:00Z",
        "sequence": "1",
        "traceparent": f"00-{trace_id}-{made}-01",
        "data": {"order_id": str(uuid4()), "user_id": 1, "amount_cents": 1},
    }
    publish(url, json.dumps(event).encode(), RESERVED)
    eventually(lambda: len(collector.trace(trace_id)) > 1)

    done = stack.command("broker", "dead-letters", "replay", "order_service", event["id"])
    assert done.returncode == 0, done.stderr

    eventually(lambda: [span.name for span in collector.trace(trace_id)].count(f"process {RESERVED}") == 2)
    attempts = [span for span in collector.trace(trace_id) if span.name == f"process {RESERVED}"]
    assert [(span.parent, span.failed, span.attributes["messaging.replayed"]) for span in attempts] == [
        (made, True, "False"),
        (made, True, "True"),
    ]
    assert {span.attributes["error.type"] for span in attempts} == {"OrderNotFound"}


def test_several_events_of_one_transaction_stay_in_their_own_traces(
    stack: Stack, lamp: str, collector: Collector
) -> None:
    ada = Caller(stack)
    stack.terminate("user-worker")
    answers = [
        ada.http.post(f"{ada.orders}/orders", json={"lines": [{"sku": lamp, "quantity": 1}]}, timeout=20)
        for _ in range(12)
    ]

    stack.start("user-worker")

    for answer in answers:
        ada.settled(answer.json()["id"])
    traces = [answer.headers["traceparent"].split("-")[1] for answer in answers]
    eventually(lambda: all(PROCESSED in {span.name for span in collector.trace(each)} for each in traces))
    spans = [{span.name: span for span in collector.trace(each)} for each in traces]
    assert [each[PROCESSED].parent == each["create order.placed.v1"].id for each in spans] == [True] * 12
    batches = {span.id: span for span in collector.named("process batch")}
    linked = [each for each in spans if each[PROCESSED].links]
    assert linked
    assert all(each["create order.placed.v1"].id in batches[each[PROCESSED].links[0]].links for each in linked)


def test_what_was_recorded_is_sent_when_a_process_is_told_to_stop(stack: Stack, collector: Collector) -> None:
    quick, stack.environment["OTEL_BSP_SCHEDULE_DELAY"] = stack.environment["OTEL_BSP_SCHEDULE_DELAY"], "60000"
    stack.terminate("user-api")
    stack.start("user-api")
    stack.await_ready()
    stack.environment["OTEL_BSP_SCHEDULE_DELAY"] = quick
    answer = requests.get(f"{stack.url('user')}/users/me", timeout=20)

    stack.terminate("user-api")

    trace_id = answer.headers["traceparent"].split("-")[1]
    assert [span.name for span in collector.trace(trace_id)] == ["GET /users/me"]
    stack.start("user-api")
    stack.await_ready()


def test_no_span_tells_values_or_secrets(stack: Stack, lamp: str, collector: Collector) -> None:
    ada = Caller(stack)
    email = ada.me()["email"]
    ada.http.put(f"{ada.users}/password-resets/mailed-token", json={"new_password": "p" * 12}, timeout=20)
    trace_id = placed(stack, lamp)
    whole(collector, trace_id)

    told = repr(collector._spans)

    assert "PUT /password-resets/<token>" in told
    assert [secret for secret in (email, "mailed-token", "p" * 12, "Bearer ") if secret in told] == []
