"""The numbers that operators ask for, under the names of the contract; counted once each, where the thing happens.

Labels take their values from our own code or from the catalogue, never from what somebody sent.
"""

from prometheus_client import Counter, Gauge, Histogram

#: Seconds, where something is quick or has gone wrong.
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Seconds, where hours are possible.
LONG = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)

HTTP_REQUESTS = Counter("http_requests_total", "Answered requests.", ["service", "method", "route", "status"])
HTTP_SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time to answer, without what a caller preferred to wait.",
    ["service", "method", "route"],
    buckets=QUICK,
)

CACHE_LOOKUPS = Counter("cache_lookups_total", "Reads through the cache.", ["service", "kind", "result"])

EVENTS_STORED = Counter("events_stored_total", "Events committed with their change.", ["service", "type"])
TRANSACTION_SECONDS = Histogram(
    "transaction_seconds", "Time from a transaction's begin to its end.", ["service", "kind"], buckets=QUICK
)

RELAY_ACTIVE = Gauge("relay_active", "1 while this relay holds the lease.", ["service"])
OUTBOX_PUBLISHED = Counter("outbox_published_total", "Rows that the broker confirmed.")
ROWS_REMOVED = Counter("rows_removed_total", "Rows that were kept long enough.", ["table"])

DELIVERIES = Counter("deliveries_total", "Settled deliveries.", ["service", "type", "outcome"])
DELIVERIES_IN_FLIGHT = Gauge("deliveries_in_flight", "Deliveries that came and are not settled.", ["service"])
RETRIES = Counter("retries_total", "Messages put aside for another attempt.", ["service", "reason"])
DEAD_LETTERS = Counter("dead_letters_total", "Messages given up.", ["service", "reason"])
DUPLICATES = Counter("inbox_duplicates_total", "Events that had taken effect before.", ["service"])
HANDLING_SECONDS = Histogram(
    "handling_seconds", "Time that a worker took for one event or a batch.", ["service"], buckets=QUICK
)
EVENT_AGE_SECONDS = Histogram("event_age_seconds", "From an event's time to its effect here.", buckets=LONG)
