"""``make status``: one screen that says how the running system fares."""
