"""Handling events: inbox claim, effect and follow-up events in one transaction."""

from collections.abc import Sequence
from typing import Any

from chassis import context
from chassis.messaging import spans
from chassis.messaging.subscription import Subscriptions
from chassis.observability import tracing
from chassis.store.repeating import repeated
from chassis.store.store import Store
from events.envelope import Envelope
from events.event import Event


def handle_once(store: Store[Any], subscriptions: Subscriptions, envelopes: Sequence[Envelope[Event]]) -> int:
    """Let each of these events take effect, unless it already did; all of them, or none if anything raises.

    Tells how many had taken effect before. Where another transaction got in the way, it is all done again before that
    is anybody's error.
    """
    return repeated(lambda: _handle(store, subscriptions, envelopes))


def _handle(store: Store[Any], subscriptions: Subscriptions, envelopes: Sequence[Envelope[Event]]) -> int:
    batch = tracing.here()
    with store.writing() as unit_of_work:
        fresh = _first_of_each(envelopes, unit_of_work.claim(envelopes))
        subscriptions.prepare(fresh, unit_of_work)
        for envelope in fresh:
            with spans.one_of(len(envelopes), envelope, batch), context.bound(_context(envelope)):
                subscriptions.handle(envelope, unit_of_work)
                unit_of_work.collect()
    return len(envelopes) - len(fresh)


def _context(envelope: Envelope[Event]) -> context.Context:
    return context.follow(envelope.id, envelope.correlation_id, tracing.here() or envelope.traceparent)


def _first_of_each(envelopes: Sequence[Envelope[Event]], claimed: set[tuple[str, str]]) -> list[Envelope[Event]]:
    # A batch may hold the same event twice.
    first: dict[tuple[str, str], Envelope[Event]] = {}
    for envelope in envelopes:
        first.setdefault((envelope.source, envelope.id), envelope)
    return [envelope for key, envelope in first.items() if key in claimed]
