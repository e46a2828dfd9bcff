"""The authorization server, as clients meet it."""
