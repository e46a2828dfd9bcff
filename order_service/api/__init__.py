"""The HTTP edge of order_service."""
