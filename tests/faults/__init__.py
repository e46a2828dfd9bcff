"""Connections that break, fall silent or are refused, between our processes and broker or database."""
