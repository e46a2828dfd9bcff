"""What can be taken out of each room of the code."""
