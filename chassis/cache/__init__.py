"""What was read a moment ago, in Redis where there is one. All of it may be lost."""
