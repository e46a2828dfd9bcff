"""How a process shows what it does and whether it can."""
