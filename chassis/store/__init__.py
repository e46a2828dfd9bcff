"""One database per service: aggregates, outbox and inbox in one transaction."""
