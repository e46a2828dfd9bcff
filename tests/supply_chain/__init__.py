"""What the system is made of: whether a weakness is known of it, and the bill that lists it."""
