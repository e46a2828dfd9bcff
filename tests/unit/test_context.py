"""Traces and chains of events."""

from chassis import context

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_a_trace_is_continued_with_a_span_of_our_own() -> None:
    begun = context.begin(PARENT)

    assert begun.trace_id == TRACE
    assert begun.traceparent != PARENT


def test_what_is_no_traceparent_begins_a_new_trace() -> None:
    for bad in (None, "", "00-xyz", f"00-{'0' * 32}-b7ad6b7169203331-01", PARENT.upper(), PARENT + "\n"):
        assert context.begin(bad).trace_id != TRACE


def test_what_an_event_causes_names_it_and_stays_in_its_chain() -> None:
    followed = context.follow("event-1", "chain-1", PARENT)

    assert (followed.causation_id, followed.correlation_id, followed.trace_id) == ("event-1", "chain-1", TRACE)


def test_a_context_holds_for_its_block() -> None:
    outer = context.begin()
    with context.bound(outer), context.bound(context.begin(PARENT)):
        assert context.current().trace_id == TRACE
    with context.bound(outer):
        assert context.current() is outer
