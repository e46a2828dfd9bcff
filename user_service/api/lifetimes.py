"""For how long sign-ins last."""

from datetime import timedelta

from flask import current_app


def refresh_lifetime() -> timedelta:
    """How long a sign-in goes on without being used."""
    return timedelta(days=current_app.config["SETTINGS"].own["REFRESH_TOKEN_DAYS"])
