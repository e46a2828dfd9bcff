"""What somebody would take instead, each as its own documentation recommends."""
