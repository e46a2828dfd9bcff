"""The HTTP edge of user_service."""
