"""What the service can do: a file per verb. Each gets the unit of work open, and never commits it."""
