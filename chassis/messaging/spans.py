"""The spans of messaging (OpenTelemetry's conventions): an event is created, sent, and processed, in one trace.

The trace goes on from the event itself, in which its ``create`` span travels; so a retry, another relay or a replay
are further spans below that same one. Several events of one transaction are processed within a batch span, which is
linked with each of them.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from broker.delivery import Delivery
from broker.topology import EXCHANGE
from chassis.observability import tracing
from chassis.observability.tracing import OFF, Attributes, Span
from events.envelope import Envelope
from events.event import Event


def sent(event_id: str, event_type: str, parent: str | None, began_ns: int, error: str | None) -> None:
    """The relay handed an event to the broker, and knows by now what became of it."""
    about = {**_about("send", EXCHANGE), "messaging.message.id": event_id}
    tracing.record(f"send {event_type}", "client", parent=parent, began_ns=began_ns, attributes=about, error=error)


def processing(service: str, deliveries: Sequence[tuple[Delivery, Envelope[Event]]]) -> AbstractContextManager[Span]:
    """Around the transaction that handles these."""
    if not tracing.is_on():
        return nullcontext(OFF)
    if len(deliveries) > 1:
        links = [envelope.traceparent for _, envelope in deliveries]
        about = {**_about("process", service), "messaging.batch.message_count": len(deliveries)}
        return tracing.span("process batch", "consumer", links=links, attributes=about)
    ((delivery, envelope),) = deliveries
    about = {**_of(envelope), "messaging.attempt": delivery.attempt, "messaging.replayed": delivery.is_replayed}
    return tracing.span(
        f"process {envelope.type}",
        "consumer",
        parent=envelope.traceparent,
        attributes={**_about("process", service), **about},
    )


def one_of(number: int, envelope: Envelope[Event], batch: str | None) -> AbstractContextManager[Span]:
    """Around one event of so many in the transaction; one that is alone has its span already."""
    if number == 1 or not tracing.is_on():
        return nullcontext(OFF)
    return tracing.span(
        f"process {envelope.type}",
        "consumer",
        parent=envelope.traceparent,
        links=[batch],
        attributes=_of(envelope),
    )


def _about(operation: str, destination: str) -> Attributes:
    return {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": destination,
    }


def _of(envelope: Envelope[Event]) -> Attributes:
    return {
        "messaging.message.id": envelope.id,
        "messaging.message.conversation_id": envelope.correlation_id,
        "cloudevents.event_type": envelope.type,
        "cloudevents.event_source": envelope.source,
    }
