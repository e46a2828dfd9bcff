"""The published language: every event that crosses a service boundary, and its form on the wire."""
