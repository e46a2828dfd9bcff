"""Migrations after the last one of order_service."""
