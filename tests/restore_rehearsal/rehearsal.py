"""What is done in a rehearsal, in its order; every step is told as it is taken."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import click

from tests import brokers, ledger
from tests.api_client import Caller, an_admin
from tests.eventually import eventually
from tests.restore_rehearsal.dumps import dump, restored
from tests.rolling_update.callers import PRICE_CENTS, SKU, Callers
from tests.servers.databases import both_databases
from tests.stack import Stack

RATE = 20.0
PATIENCE = "3"


def rehearse(older: str, seconds: float, folder: Path, broker_url: str, server_url: str) -> None:
    """Lose everything, put it back, the older of the two databases to an earlier time; exit 1 unless all agrees."""
    names = {"users": "USER_DATABASE_URL", "orders": "ORDER_DATABASE_URL"}
    in_turn = sorted(names, key=lambda name: name != older)
    with both_databases(server_url) as databases:
        stack = Stack(folder, {"BROKER_URL": brokers.cleared(broker_url), **databases})
        try:
            saved_at = _lose(stack, [(name, databases[names[name]]) for name in in_turn], seconds)
        finally:
            stack.stop()
    brokers.cleared(broker_url)
    with restored(server_url, {names[name]: folder / f"{name}.dump" for name in names}) as databases:
        stack = Stack(folder, {"BROKER_URL": broker_url, **databases})
        try:
            _put_back(stack, saved_at)
        finally:
            stack.stop()


def _lose(stack: Stack, in_turn: list[tuple[str, str]], seconds: float) -> datetime:
    stack.migrate()
    stack.start_all()
    ledger.listen(stack.environment["BROKER_URL"])
    admin = an_admin(stack)
    brick = {"name": "Brick", "unit_price_cents": PRICE_CENTS}
    admin.http.put(f"{admin.orders}/products/{SKU}", json=brick, timeout=20).raise_for_status()
    callers = Callers([Caller(stack) for _ in range(4)], RATE, seed=1)
    callers.start()
    saved_at = datetime.now(UTC)
    for name, url in in_turn:
        Event().wait(seconds)
        dump(url, stack.folder / f"{name}.dump")
        click.echo(f"saved the {name} while busy, with {len(callers.accepted)} orders accepted so far")
        _live_on(stack, callers)
    Event().wait(seconds)
    callers.stop()
    click.echo(f"lost everything, with {len(callers.accepted)} orders accepted")
    return saved_at


def _live_on(stack: Stack, callers: Callers) -> None:
    """Some sign up, and some take back what they ordered."""
    late = Caller(stack)
    eventually(lambda: late.http.get(f"{late.orders}/orders", timeout=20).ok)
    late.settled(late.place(SKU)["id"])
    for customer, order_id in callers.accepted[:5]:
        customer.cancel(order_id)


def _put_back(stack: Stack, saved_at: datetime) -> None:
    stack.migrate()
    _run(stack, "user-service", "restored")
    stack.start_all()
    _told(stack, "after the restore")
    _run(stack, "order-service", "tell-again", "--since", f"{saved_at:%Y-%m-%dT%H:%M:%S}")
    eventually(lambda: not _waits(stack), 60)
    wrong = _told(stack, "after `order-service tell-again --since`")
    _mend(stack, wrong)
    if wrong := _told(stack, "after the repair"):
        click.echo(json.dumps(wrong[:10], indent=2))
        sys.exit(1)


def _waits(stack: Stack) -> bool:
    urls = [stack.environment[name] for name in ("BROKER_URL", "USER_DATABASE_URL", "ORDER_DATABASE_URL")]
    return any("pending" not in each for each in ledger.at_rest(urls[0], urls[1], urls[2]))


def _mend(stack: Stack, wrong: list[dict[str, str]]) -> None:
    """As the table of the page has it."""
    unanswered = [each["id"] for each in wrong if each["says"] in ANSWER_IS_LOST]
    forgotten = [each["id"] for each in wrong if each["kind"] == "reservation" and "its order not" in each["says"]]
    to_cancel = [each["id"] for each in wrong if each["says"] in TO_CANCEL]
    if unanswered:
        _run(stack, "user-service", "tell-again", *unanswered)
    if forgotten:
        _run(stack, "user-service", "forget-orders", *forgotten)
    admin = an_admin(stack)
    for order_id in to_cancel:
        admin.cancel(order_id).raise_for_status()
    click.echo(f"cancelled {len(to_cancel)} orders")


ANSWER_IS_LOST = {"is pending, its reservation reserved", "is pending, its reservation refused"}
TO_CANCEL = {
    "is pending, its reservation released",
    "is confirmed, its reservation released",
    "is confirmed, its reservation refused",
}


def _run(stack: Stack, *command: str) -> None:
    done = stack.command(*command)
    assert done.returncode == 0, done.stderr
    shown = " ".join(command if len(command) < 5 else [*command[:2], f"… ({len(command) - 2} ids)"])
    click.echo(f"$ {shown}\n  {done.stdout.strip()}")


def _told(stack: Stack, when: str) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "operations.audit", "--json", "--patience", PATIENCE]
    done = subprocess.run(
        command, env=stack.environment, cwd=stack.folder, capture_output=True, text=True, check=False
    )
    report: dict[str, Any] = json.loads(done.stdout)
    wrong: list[dict[str, str]] = report["disagreeing"] + report["under_way"]
    kinds = Counter(f"{each['kind']} {_without_ids(each['says'])}" for each in wrong)
    click.echo(f"audit {when}: {sum(kinds.values())} disagree; read {report['read']}")
    for kind, number in sorted(kinds.items()):
        click.echo(f"  {number:>4}  {kind}")
    return wrong


def _without_ids(says: str) -> str:
    return says.partition(" of order ")[0] + (" …)" if " of order " in says else "")
