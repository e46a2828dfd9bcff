"""Alembic's entry to the migrations of order_service."""

from chassis.store.migrations import run_environment
from order_service.store.tables import METADATA

run_environment(METADATA)
