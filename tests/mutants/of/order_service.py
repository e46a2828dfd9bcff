"""Guarantees of order_service: what becomes of an order."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import (
    KEYED,
    LEAVING,
    LISTED,
    PLANS,
    REQUESTED,
    SEED,
)

MUTANTS = (
    Mutant(
        "another order under a known id is refused",
        "order_service/use_cases/take_order.py",
        "if not known.asks_for(event.user_id, wanted):",
        "if False:",
        f"{REQUESTED}::test_another_order_under_a_known_id_is_refused_and_the_first_stays",
        quick=True,
    ),
    Mutant(
        "of two listings the newer counts",
        "order_service/domain/product.py",
        "if listed_at >= self.listed_at:",
        "if True:",
        f"{LISTED}::test_of_two_listings_the_newer_counts_whoever_sent_it_and_whenever_it_comes",
        quick=True,
    ),
    Mutant(
        "a late confirmation does not revive a cancelled order",
        "order_service/domain/order.py",
        "        if self.status is OrderStatus.PENDING:\n            self._become(OrderStatus.CONFIRMED, now)",
        "        if True:\n            self._become(OrderStatus.CONFIRMED, now)",
        "tests/unit/test_order.py::test_a_cancelled_order_stays_cancelled_whatever_comes_late",
        quick=True,
    ),
    Mutant(
        "older news doesn't overwrite newer",
        "order_service/domain/customer.py",
        "if sequence > self.profile_sequence and not self.erased:",
        "if not self.erased:",
        "tests/unit/test_older_news.py::test_a_profile_ends_the_same_in_whatever_order_it_is_told",
        quick=True,
    ),
    Mutant(
        "another user's order can't be told from none",
        "order_service/api/views.py",
        "return may(scope) or (user_id == signed_in().user_id and reason != RejectionReason.UNKNOWN_USER)",
        "return True",
        "tests/component/test_orders_api.py::test_another_user_s_order_can_not_be_told_from_none",
        quick=True,
    ),
    Mutant(
        "the other service refuses tokens from before the user ended them",
        "order_service/api/revocations.py",
        "caller.issued_at < datetime.fromisoformat(ended)",
        "False",
        f"{LEAVING}::test_tokens_from_before_the_user_ended_them_are_refused",
    ),
    Mutant(
        "what was seeded is not seeded again",
        "order_service/store/seed.py",
        "if order_id not in there]",
        "]",
        f"{SEED}::test_a_second_run_adds_nothing_and_says_so_and_a_longer_one_adds_the_rest",
    ),
    Mutant(
        "every page of orders is read by an index",
        "order_service/store/migrations/versions/v0004_indices.py",
        '["user_id", "status", "created_at", "id"]',
        '["user_id", "status"]',
        PLANS,
    ),
    Mutant(
        "nor where orders are kept",
        "order_service/use_cases/follow_users.py",
        "    unit_of_work.redact_answers(",
        "    print(",
        f"{KEYED}::test_an_answer_tells_nothing_of_a_user_who_was_erased",
    ),
)
