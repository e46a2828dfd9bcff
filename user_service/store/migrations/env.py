"""Alembic's entry to the migrations of user_service."""

from chassis.store.migrations import run_environment
from user_service.store.tables import METADATA

run_environment(METADATA)
