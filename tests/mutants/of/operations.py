"""Guarantees of operations: what looks at the whole."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import (
    RELEASED,
    RIGHTS,
    UNDER_WAY,
)

MUTANTS = (
    Mutant(
        "a change that breaks who hears an event is told",
        "operations/breaking_events.py",
        "    if change.widens:",
        "    if False:",
        f"{RELEASED}::test_what_breaks_somebody_is_told_with_who_and_which_field",
        quick=True,
    ),
    Mutant(
        "a change that breaks who sends an event is told",
        "operations/schema_changes.py",
        "needed_now - needed_before)",
        "set())",
        f"{RELEASED}::test_what_breaks_somebody_is_told_with_who_and_which_field",
    ),
    Mutant(
        "the audit does not tell what a message may still settle",
        "operations/doubts.py",
        "if finding not in self._still_since or moves(finding):",
        "if finding not in self._still_since:",
        "tests/unit/test_doubts.py::test_what_a_message_may_still_settle_is_not_told_however_long_it_takes",
        quick=True,
    ),
    Mutant(
        "the audit judges an order only if it stood still",
        "operations/books.py",
        "if before.get(order_id) == after.get(order_id):",
        "if True:",
        "tests/unit/test_ledger.py::test_an_order_is_judged_only_if_it_stood_still_while_its_reservation_was_read",
        quick=True,
    ),
    Mutant(
        "for the audit what waits for a retry is under way",
        "operations/books.py",
        "return [name for name in names if name != dead_queue(service)]",
        "return [service]",
        f"{UNDER_WAY}::test_while_a_queue_holds_messages_what_they_may_settle_is_under_way",
    ),
    Mutant(
        "who sends what no one lets it send is refused",
        "operations/rabbitmq_users.py",
        "User(kind, write=_any_of(EXCHANGE), types_written=_types(*own))",
        "User(kind, write=_any_of(EXCHANGE), types_written=ANYTHING)",
        f"{RIGHTS}::test_a_user_can_send_its_own_types_and_no_others",
    ),
)
