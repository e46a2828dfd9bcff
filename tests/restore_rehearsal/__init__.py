"""A restore, rehearsed: saved while busy, lost, put back to two different times, and made to agree again."""
