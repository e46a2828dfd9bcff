"""Chaos: many clients order while processes, servers and the network between them fail at random."""
