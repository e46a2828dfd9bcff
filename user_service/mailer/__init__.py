"""Sends the mails that are due, beside the relay: what waits in the database leaves from there."""
