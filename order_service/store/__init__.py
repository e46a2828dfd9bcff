"""The database of order_service."""
