"""The audit: what disagrees is told by id, what is under way is told apart, and nothing else is."""
