"""Our own processes, as they are deployed, and what they are given to do."""
