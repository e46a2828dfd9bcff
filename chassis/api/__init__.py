"""The HTTP edge: one Flask application for any service."""
