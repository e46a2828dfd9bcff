"""What other systems tell us, at every edge."""
