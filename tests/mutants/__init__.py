"""Seeded faults: each guarantee removed once, to see its test fail."""
