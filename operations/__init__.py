"""Tools that see the whole system: imported by nobody."""
