"""What deploy/ brings, and how services get at servers that don't let everybody in."""
