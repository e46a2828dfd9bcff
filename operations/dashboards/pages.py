"""The pages: is it well, how the messages fare, and one for each service."""

from operations.dashboards.page import Page, Panel
from operations.dashboards.panels import NO_PROBES, durations, gauge, rates, stat

IS_IT_WELL = Page(
    "event-services-well",
    "Is it well?",
    (
        stat("Processes that don't answer", 'sum(1 - up{job="event-services"})', bad_from=1),
        stat("Services without an active relay", "count(service:relays_active:sum < 1) or vector(0)", bad_from=1),
        stat("Connections to the broker that are down", "sum(1 - broker_connected)", bad_from=1),
        stat("Dead letters", 'sum(queue:queue_messages:max{kind="dead"})', bad_from=1),
        stat("Parked events", "sum(service:outbox_parked:max)", bad_from=1),
        stat("Orders pending over a minute", 'sum(orders_pending:max{older_than_seconds="60"})', bad_from=1),
        gauge("Requests per second", "service:http_requests:rate5m", "{{service}}", unit="ops"),
        gauge("Share of requests that fail (5xx)", "service:http_errors:ratio5m", "{{service}}", unit="percentunit"),
        gauge("Time to answer, p95", "service:http_request_seconds:p95_5m", "{{service}}", unit="s"),
        gauge("Oldest event in the outbox", "service:outbox_oldest_age_seconds:max", "{{service}}", unit="s"),
        gauge("Age of events when handled, p95", "service:event_age_seconds:p95_5m", "{{service}}", unit="s"),
        rates("Orders settled per second", "orders_settled_total", "result"),
    ),
)  # fmt: skip

MESSAGING = Page(
    "event-services-messaging",
    "Messaging",
    (
        gauge("Rows in the outbox", "service:outbox_waiting:max", "{{service}}"),
        gauge("Oldest row", "service:outbox_oldest_age_seconds:max", "{{service}}", unit="s"),
        gauge("Active relays", "service:relays_active:sum", "{{service}}"),
        rates("Published per second", "outbox_published_total", "service", 'process="relay"'),
        durations("Until the broker confirms a batch", "broker_confirm_seconds", "connection"),
        rates("Connections lost or not made, per second", "broker_connection_failures_total", "connection"),
        gauge("Messages in queues", 'queue:queue_messages:max{kind="main"}', "{{queue}}"),
        gauge("Messages that wait for another attempt", 'queue:queue_messages:max{kind="retry"}', "{{queue}}"),
        gauge("Dead letters", 'queue:queue_messages:max{kind="dead"}', "{{queue}}"),
        rates("Deliveries per second", "deliveries_total", "service, outcome"),
        rates("Deliveries per second, by type", "deliveries_total", "type"),
        gauge("Deliveries in flight", "sum by (service) (deliveries_in_flight)", "{{service}}"),
        durations("Handling", "handling_seconds"),
        durations("From an event's time to its effect", "event_age_seconds", matching='process="worker"'),
        rates("Duplicates per second", "inbox_duplicates_total", "service"),
        rates("Retries per second, by reason", "retries_total", "service, reason"),
        rates("Dead letters per second, by reason", "dead_letters_total", "service, reason"),
        rates("Events stored per second", "events_stored_total", "type"),
        rates("Rows removed per second, by table", "rows_removed_total", "service, table"),
        gauge(
            "Rows that should have been removed, for how long",
            "max by (service, table) (sweep_overdue_seconds)",
            "{{service}} {{table}}",
            unit="s",
        ),
    ),
)


def service_page(service: str, *own: Panel) -> Page:
    """What every service has, and then its own."""
    of_it = f'service="{service}"'
    return Page(
        f"event-services-{service.replace('_', '-')}",
        service,
        (
            rates("Requests per second, by route", "http_requests_total", "method, route", f"{of_it}, {NO_PROBES}"),
            rates("Answers per second, by status", "http_requests_total", "status", f"{of_it}, {NO_PROBES}"),
            durations("Time to answer", "http_request_duration_seconds", "method, route", f"{of_it}, {NO_PROBES}"),
            durations("Transactions", "transaction_seconds", "kind", of_it),
            gauge("Connections to the database",
                  f"sum by (process, state) (database_pool_connections{{{of_it}}})", "{{process}} {{state}}"),
            rates("Events stored per second", "events_stored_total", "type", of_it),
            rates("Deliveries per second", "deliveries_total", "type, outcome", of_it),
            gauge("Memory", f"sum by (process) (process_resident_memory_bytes{{{of_it}}})", "{{process}}",
                  unit="bytes"),
            rates("Processors used", "process_cpu_seconds_total", "process", of_it),
            rates("Reads through the cache per second", "cache_lookups_total", "kind, result", of_it),
            *own,
        ),
    )  # fmt: skip


USER_SERVICE = service_page(
    "user_service",
    rates("Tokens given per second", "tokens_issued_total", "grant", 'process="api"'),
    rates("Tokens refused per second", "tokens_refused_total", "grant, status", 'process="api"'),
)
ORDER_SERVICE = service_page(
    "order_service",
    gauge("Pending orders, by age", "orders_pending:max", "over {{older_than_seconds}} s"),
    rates("Orders settled per second", "orders_settled_total", "result"),
    durations("From an order to what became of it", "order_settling_seconds"),
)

PAGES = {"well": IS_IT_WELL, "messaging": MESSAGING, "user_service": USER_SERVICE, "order_service": ORDER_SERVICE}
