"""The database of user_service."""
