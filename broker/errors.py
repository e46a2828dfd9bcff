"""What can go wrong between us and the broker."""


class BrokerUnavailable(Exception):
    """No connection to the broker is open just now."""
