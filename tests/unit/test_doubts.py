"""When a doubt is told."""

from uuid import UUID

from operations.doubts import Doubts
from operations.ledger import Finding

PATIENCE = 10.0
WAITING = Finding("order", "1", "is pending, its reservation not there", UUID(int=1), "user_service")
SETTLED_LATER = Finding("order", "1", "is pending, its reservation reserved", UUID(int=1), "order_service")
IMPOSSIBLE = Finding("order", "2", "is confirmed, its reservation refused", UUID(int=2))


def still(_: Finding) -> bool:
    return False


def moving(_: Finding) -> bool:
    return True


def test_what_stands_still_for_as_long_as_patience_lasts_is_told_once() -> None:
    doubts = Doubts([WAITING], PATIENCE)

    told = [doubts.look(still, doubts.open, now) for now in (0.0, 9.9, 10.0)]

    assert told == [[], [], [WAITING]]
    assert doubts.open == []


def test_what_a_message_may_still_settle_is_not_told_however_long_it_takes() -> None:
    doubts = Doubts([WAITING], PATIENCE)

    told = [doubts.look(moving, [WAITING], now) for now in (0.0, 10.0, 1000.0)]

    assert told == [[], [], []]
    assert doubts.open == [WAITING]


def test_patience_begins_anew_when_a_message_is_seen() -> None:
    doubts = Doubts([WAITING], PATIENCE)

    looks = ((still, 0.0), (moving, 9.0), (still, 11.0), (still, 20.9), (still, 21.0))
    told = [doubts.look(moves, [WAITING], now) for moves, now in looks]

    assert told == [[], [], [], [], [WAITING]]


def test_patience_begins_anew_when_the_order_has_taken_a_step() -> None:
    doubts = Doubts([WAITING], PATIENCE)
    doubts.look(still, [WAITING], 0.0)

    told = [doubts.look(still, [SETTLED_LATER], now) for now in (10.0, 15.0, 24.9, 25.0)]

    assert told == [[], [], [], [SETTLED_LATER]]


def test_a_finding_that_is_new_is_not_told_by_what_was_seen_before_it_was_there() -> None:
    doubts = Doubts([], patience_seconds=0.0)

    first, second = (doubts.look(still, [WAITING], now) for now in (0.0, 1.0))

    assert (first, second) == ([], [WAITING])


def test_what_is_not_found_again_is_settled() -> None:
    doubts = Doubts([WAITING], PATIENCE)

    told = doubts.look(still, [], 0.0)

    assert (told, doubts.open) == ([], [])


def test_what_no_message_can_settle_is_told_at_once() -> None:
    doubts = Doubts([IMPOSSIBLE, WAITING], PATIENCE)

    told = doubts.look(moving, doubts.open, 0.0)

    assert (told, doubts.open) == ([IMPOSSIBLE], [WAITING])
