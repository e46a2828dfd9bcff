"""From the outbox to the broker, and from the broker to the use cases."""
