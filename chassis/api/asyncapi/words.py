"""What no schema says of the events: how they are delivered, retried, counted and kept safe."""

from broker.topology import DELIVERY_LIMIT, EXCHANGE, RETRY_DELAYS_SECONDS, dead_queue, retry_queue
from events.decode import MAX_AHEAD
from events.envelope import MAX_BYTES, STRUCTURED

SECTIONS = {
    "Where": f"""
Every event is published to one durable topic exchange, `{EXCHANGE}`, with its type as the routing key. Subscribe
with a queue of your own, bound to the types or patterns that you want (`order.#`).
""",
    "Form": f"""
An event is a CloudEvents 1.0 event of at most {MAX_BYTES} bytes. What we send is in structured mode (content type
`{STRUCTURED}`); we read the binary mode as well, with attributes in headers that begin with `cloudEvents:` or
`cloudEvents_`. Ignore fields and attributes that you don't know: new ones may come at any time.
""",
    "Delivery": """
Each event arrives at least once: let its `source` and `id` together take effect once. Events may come late and out
of order: `sequence` counts those of one source and subject. The same id may come under two types, where a newer
version of an event stands beside an older one: it is the same fact.
""",
    "Chains": """
`correlationid` is the same along a whole chain of events, `causationid` is the id of the event that caused this
one, and `traceparent` continues the trace (W3C).
""",
    "Failures": f"""
A service that can't handle a message now asks for it again after {{delays}}, in queues of its own
(`<service>.retry.<delay>`), without holding up others. What can never be handled (no CloudEvent, an unknown type,
the wrong source, data against the schema, a broken rule) goes to `<service>.dead` at once, what failed each time
at last, byte for byte, with headers that tell why: `x-dead-letter-id`, `x-error`, `x-error-type`, `x-attempts`,
`x-failed-at`, `x-original-routing-key`. An operator can look at it, send it again or drop it. A message that the
broker has given {DELIVERY_LIMIT} times without an answer it puts there itself. A `time` that is more than
{MAX_AHEAD.seconds // 60} minutes ahead of our clock is refused.
""",
    "Rights": """
RabbitMQ's users and their topic permissions decide who may publish and hear which type, over TLS. Besides, our
types are taken from our sources alone, and those of other systems from any source but ours.
""",
    "Versions": """
Within a version of a type fields are only ever added, and those are optional. Anything else is a new type (`.v2`)
beside the old one, which is sent for as long as somebody needs it.
""",
}


def description(intro: str) -> str:
    """The intro and all sections, in Markdown."""
    delays = ", ".join(retry_queue("", delay).rpartition(".")[2] for delay in RETRY_DELAYS_SECONDS)
    told = (f"## {title}\n\n{_line(text)}" for title, text in SECTIONS.items())
    return "\n\n".join((intro, *told)).replace("{delays}", delays)


def of_queue(service: str) -> str:
    """What the queue of a service is."""
    return _line(f"""
A quorum queue, bound to just the types that {service} handles. Messages are acked after their effect is committed;
up to {DELIVERY_LIMIT} deliveries, then `{dead_queue(service)}`.
""")


def of_dead_queue(service: str) -> str:
    """What the queue of dead letters is."""
    return f"What {service} could not handle, as it came, with the reason in its headers."


def _line(text: str) -> str:
    return " ".join(text.split())
