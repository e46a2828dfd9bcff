"""What runs on which database and broker: on each where it matters, on one elsewhere; with TEST_ALL=1 all on each."""

import os

import pytest

ALL = os.environ.get("TEST_ALL") == "1"
#: The databases, and the fixtures that make a fresh one of each.
DATABASES = {"sqlite": "sqlite_url", "postgresql": "fresh_postgresql", "mysql": "fresh_mysql"}
#: For tests of what looks the same from outside, whatever lies below.
ONE_DATABASE = list(DATABASES) if ALL else ["sqlite"]
#: For tests of one service through its front that the database may make a difference to.
on_each_database = pytest.mark.parametrize("database_url", list(DATABASES), indirect=True)

#: What the whole stack runs on.
EMBEDDED, REAL, REAL_WITH_MYSQL = "embedded+sqlite", "rabbitmq+postgresql", "rabbitmq+mysql"
MIXED = ("embedded+postgresql", "embedded+mysql", "rabbitmq+sqlite")
USUAL_PLATFORMS = (EMBEDDED, REAL)
EVERY_PLATFORM = (EMBEDDED, REAL, REAL_WITH_MYSQL, *(MIXED if ALL else ()))
PLATFORMS = EVERY_PLATFORM if ALL else USUAL_PLATFORMS
on_every_platform = pytest.mark.parametrize("stack", EVERY_PLATFORM, indirect=True)
