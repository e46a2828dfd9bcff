"""What deploy/kubernetes brings: valid, in harmony with the code, and with itself."""
