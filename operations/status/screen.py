"""What was found, as one screen: tables that a terminal shows in colour, and a pipe as plain text."""

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from broker.topology import dead_queue
from operations.status.look import SERVICES, Look, Process

AGES = ("0", "10", "60", "600")
UNKNOWN = "?"


def screen(before: Look, now: Look) -> Group:
    """Everything; rates are of the time between the two looks."""
    parts: list[Table | Text] = [_processes(now), _services(before, now), _queues(now), _pending(before, now)]
    if now.broker_problem:
        parts.append(Text(f"The broker does not answer: {now.broker_problem}", style="red"))
    return Group(*parts)


def _processes(now: Look) -> Table:
    table = _table("process", "address", "state", "memory", "connections to the broker")
    for process in now.processes:
        state = Text(process.state, style="green" if process.state == "ready" else "red")
        memory = next((s.value for s in process.samples if s.name == "process_resident_memory_bytes"), None)
        megabytes = UNKNOWN if memory is None else f"{memory / 1e6:.0f} MB"
        table.add_row(f"{process.service} {process.role}", process.address, state, megabytes, _connections(process))
    return table


def _connections(process: Process) -> str:
    up = [sample.value for sample in process.samples if sample.name == "broker_connected"]
    return f"{sum(up):.0f} of {len(up)}" if up else ""


def _services(before: Look, now: Look) -> Table:
    table = _table(
        "service", "requests/s", "stored/s", "published/s", "handled/s", "outbox", "oldest", "parked", "relay"
    )
    for service in SERVICES:
        rates = [
            _rate(before, now, name, service=service, **labels)
            for name, labels in (
                ("http_requests_total", {}),
                ("events_stored_total", {}),
                ("outbox_published_total", {}),
                ("deliveries_total", {"outcome": "ack"}),
            )
        ]
        held = [_number(now.most(name, service=service)) for name in ("outbox_waiting", "outbox_oldest_age_seconds")]
        parked = now.most("outbox_parked", service=service)
        is_active = any(now.found("relay_active", service=service)) and now.total("relay_active", service=service) > 0
        relay = Text("active", style="green") if is_active else Text("none is active", style="red")
        table.add_row(service, *rates, held[0], f"{held[1]} s", _alarming(parked), relay)
    return table


def _queues(now: Look) -> Table:
    table = _table("queue", "ready", "in flight", "wait for a retry", "dead letters")
    for service in SERVICES:
        retrying = [
            depth
            for queue, depth in now.depths.items()
            if queue.startswith(f"{service}.retry.") and depth is not None
        ]
        table.add_row(
            service,
            _number(now.depths.get(service)),
            _number(now.most("deliveries_in_flight", service=service)),
            _number(sum(retrying) if now.depths else None),
            _alarming(now.depths.get(dead_queue(service))),
        )
    return table


def _pending(before: Look, now: Look) -> Table:
    table = _table("pending orders", *(f"over {age} s" for age in AGES[1:]), "settled/s")
    counts = [now.most("orders_pending", older_than_seconds=age) for age in AGES]
    table.add_row(
        _number(counts[0]),
        _number(counts[1]),
        *(_alarming(count) for count in counts[2:]),
        _rate(before, now, "orders_settled_total"),
    )
    return table


def _rate(before: Look, now: Look, name: str, **labels: str) -> str:
    passed = now.total(name, **labels) - before.total(name, **labels)
    seconds = now.at - before.at
    # A process that was started anew counts from 0.
    return f"{max(0.0, passed) / seconds:.1f}" if seconds > 0 else UNKNOWN


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.0f}"


def _alarming(value: float | None) -> Text:
    return Text(_number(value), style="" if not value else "bold red")


def _table(first: str, *others: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, min_width=20)
    for name in others:
        table.add_column(name, justify="right" if name != "state" else "left")
    return table
