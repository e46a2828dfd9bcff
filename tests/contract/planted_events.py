"""Changes of events that break somebody, with the gate's words, and changes that break nobody."""

from collections.abc import Callable
from typing import Any

Told = dict[str, Any]
Change = Callable[[Told], object]
#: Sent by order_service to user_service; by user_service to nobody of ours; by other systems to order_service.
PLACED, LIMIT_CHANGED, LISTED = "order.placed.v1", "user.credit_limit_changed.v1", "catalog.product_listed.v1"
REFUSED = "user.credit_refused.v1"
SUBSCRIBERS = "user_service, the other systems that subscribe"
SENDERS = "the other systems that send it to order_service"


def data(document: Told, event_type: str) -> Told:
    found: Told = document["components"]["schemas"][event_type]
    return found


def field(document: Told, event_type: str, name: str) -> Told:
    found: Told = data(document, event_type)["properties"][name]
    return found


def lines(document: Told) -> Told:
    found: Told = field(document, PLACED, "lines")["items"]
    return found


def removed(schema: Told, name: str) -> None:
    del schema["properties"][name]
    schema["required"].remove(name)


def added(schema: Told, name: str, *, required: bool = False) -> None:
    schema["properties"][name] = {"type": "string"}
    schema["required"] = [*schema["required"], *([name] if required else [])]


def changed(event_type: str, name: str, **words: Any) -> Change:
    return lambda document: field(document, event_type, name).update(words)


def channel(event_type: str, **words: Any) -> Change:
    return lambda document: document["channels"][event_type].update({f"x-{key}": words[key] for key in words})


BREAKING: dict[str, tuple[Change, str]] = {
    # Told by us: what may come now that could not come before, or is missing, breaks who hears it.
    "a field that we send is gone": (
        lambda d: removed(data(d, PLACED), "total_cents"),
        f"{PLACED}: total_cents: was removed: breaks {SUBSCRIBERS}",
    ),
    "a field is gone deep inside": (
        lambda d: removed(lines(d), "unit_price_cents"),
        f"{PLACED}: lines[].unit_price_cents: was removed: breaks {SUBSCRIBERS}",
    ),
    "a field that we send may be missing": (
        lambda d: data(d, PLACED)["required"].remove("user_id"),
        f"{PLACED}: user_id: may be missing now: breaks {SUBSCRIBERS}",
    ),
    "a field that we send has another type": (
        changed(PLACED, "total_cents", type="string"),
        f"{PLACED}: total_cents: type was integer, and is string: breaks {SUBSCRIBERS}",
    ),
    "a field that we send may be a fraction": (
        changed(PLACED, "total_cents", type="number"),
        f"{PLACED}: total_cents: type was integer, and is number: breaks {SUBSCRIBERS}",
    ),
    "a field that we send may be null": (
        changed(PLACED, "total_cents", type=["integer", "null"]),
        f"{PLACED}: total_cents: type was integer, and is ['integer', 'null']: breaks {SUBSCRIBERS}",
    ),
    "a field that we send has one more value": (
        lambda d: field(d, REFUSED, "reason")["enum"].append("bored"),
        (
            f"{REFUSED}: reason: enum was ['insufficient_credit', 'unknown_user', 'user_deactivated'], and is "
            "['insufficient_credit', 'unknown_user', 'user_deactivated', 'bored']: "
            "breaks order_service, the other systems that subscribe"
        ),
    ),
    "a field that we send may be larger": (
        changed(LIMIT_CHANGED, "credit_limit_cents", maximum=10**15),
        (
            f"{LIMIT_CHANGED}: credit_limit_cents: maximum was 1000000000000, and is 1000000000000000: "
            "breaks the other systems that subscribe"
        ),
    ),
    "a list that we send may be empty": (
        changed(PLACED, "lines", minItems=0),
        f"{PLACED}: lines: minItems was 1, and is 0: breaks {SUBSCRIBERS}",
    ),
    "a field that we send has another form": (
        changed(PLACED, "order_id", format="uri"),
        f"{PLACED}: order_id: format was uuid, and is uri: breaks {SUBSCRIBERS}",
    ),
    "a field that we send has no form any more": (
        lambda d: field(d, PLACED, "order_id").pop("format"),
        f"{PLACED}: order_id: format was uuid, and is not limited: breaks {SUBSCRIBERS}",
    ),
    # What lies in queues and dead letters from before is read by the new code.
    "a field that we send is new and has to be there": (
        lambda d: added(data(d, PLACED), "currency", required=True),
        f"{PLACED}: currency: has to be there now: breaks user_service, for what was sent before",
    ),
    "a field that we send has a value less": (
        lambda d: field(d, REFUSED, "reason")["enum"].remove("unknown_user"),
        (
            f"{REFUSED}: reason: enum was ['insufficient_credit', 'unknown_user', 'user_deactivated'], and is "
            "['insufficient_credit', 'user_deactivated']: breaks order_service, for what was sent before"
        ),
    ),
    "a field that nobody of ours hears is smaller": (
        changed(LIMIT_CHANGED, "credit_limit_cents", maximum=10),
        (
            f"{LIMIT_CHANGED}: credit_limit_cents: maximum was 1000000000000, and is 10: "
            "breaks who looks back, for what was sent before"
        ),
    ),
    # Told to us: what is refused now and was taken breaks who sends it.
    "a field has to be sent to us": (
        lambda d: added(data(d, LISTED), "currency", required=True),
        f"{LISTED}: currency: has to be there now: breaks {SENDERS}",
    ),
    "we don't look at a field any more": (
        lambda d: removed(data(d, LISTED), "active"),
        f"{LISTED}: active: was removed: breaks {SENDERS}",
    ),
    "we take less": (
        changed(LISTED, "unit_price_cents", maximum=1000),
        f"{LISTED}: unit_price_cents: maximum was 1000000000, and is 1000: breaks {SENDERS}",
    ),
    "we ask for more": (
        changed(LISTED, "unit_price_cents", minimum=1),
        f"{LISTED}: unit_price_cents: minimum was 0, and is 1: breaks {SENDERS}",
    ),
    "we take another form alone": (
        changed(LISTED, "sku", pattern="^a$"),
        f"{LISTED}: sku: pattern was ^[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$, and is ^a$: breaks {SENDERS}",
    ),
    "we take some values alone": (
        changed(LISTED, "name", enum=["lamp"]),
        f"{LISTED}: name: enum was not limited, and is ['lamp']: breaks {SENDERS}",
    ),
    "we ask for another type": (
        changed(LISTED, "unit_price_cents", type="string"),
        f"{LISTED}: unit_price_cents: type was integer, and is string: breaks {SENDERS}",
    ),
    "a word that the gate doesn't know is new": (
        lambda d: data(d, LISTED).update(additionalProperties=False),
        f"{LISTED}: data: additionalProperties was not limited, and is False: breaks {SENDERS}",
    ),
    # The event as a whole.
    "an event is gone": (lambda d: d["channels"].pop(PLACED), f"{PLACED}: is gone: breaks {SUBSCRIBERS}"),
    "an event is not sent any more": (
        channel(PLACED, **{"is-sent": False}),
        f"{PLACED}: is not sent any more: breaks {SUBSCRIBERS}",
    ),
    "another one sends it": (
        channel(PLACED, **{"sent-by": "user_service"}),
        f"{PLACED}: is sent by user_service, not order_service: breaks {SUBSCRIBERS}",
    ),
    "it is about something else": (
        lambda d: d["components"]["messages"][PLACED].update({"x-subject": "user_id"}),
        f"{PLACED}: is about user_id, not order_id: breaks {SUBSCRIBERS}",
    ),
    "nobody listens any more to what others send": (
        channel(LISTED, **{"heard-by": []}),
        f"{LISTED}: order_service does not listen any more: breaks {SENDERS}",
    ),
}

HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "a new optional field that we send": lambda d: added(data(d, PLACED), "note"),
    "a new optional field deep inside": lambda d: added(lines(d), "note"),
    "a new optional field that we take": lambda d: added(data(d, LISTED), "note"),
    "another description": changed(PLACED, "total_cents", description="Other.", examples=[1], title="Total"),
    "we take more": changed(LISTED, "unit_price_cents", maximum=10**15),
    "we take what was not sent before": lambda d: data(d, LISTED)["required"].remove("active"),
    "we take any form": lambda d: field(d, LISTED, "sku").pop("pattern"),
    "we take fractions too": changed(LISTED, "unit_price_cents", type="number"),
    "one more listener": channel(PLACED, **{"heard-by": ["user_service", "order_service"]}),
    "one listener less of what we send": channel(PLACED, **{"heard-by": []}),
    "a new event": lambda d: d["channels"].update({"queue.new": {"address": "new"}}),
}
