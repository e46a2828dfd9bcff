"""The limits: the least work that could be called the same, by the same drivers on the same servers."""
