"""Connections that rest in the pool: ended there by the server, and what they keep of the statements before."""

import pytest
from sqlalchemy import create_engine, text

from tests.stores import USERS, add_user, migrated


@pytest.mark.parametrize("rested_seconds", [0.0, 60.0])
def test_a_connection_that_the_server_has_ended_is_handed_out_to_nobody(
    rested_seconds: float, fresh_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether it is looked at, or asked because it rested for long.
    monkeypatch.setattr("chassis.store.postgresql.RESTED_SECONDS", 30.0 - rested_seconds)
    with migrated(USERS, fresh_postgresql) as store:
        add_user(store)
        administrator = create_engine(fresh_postgresql)
        with administrator.connect() as connection:
            ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            done = connection.execute(text(f"{ended} AND datname = current_database()")).scalars().all()
            assert done
            assert all(done)
        administrator.dispose()

        with store.reading() as unit_of_work:
            assert unit_of_work.users.find(1) is not None
        assert add_user(store) == 2


def test_no_plan_outlives_the_table_that_it_was_made_for(fresh_postgresql: str) -> None:
    # One that is kept was made while the table was empty, and reads it from end to end when it is large.
    with migrated(USERS, fresh_postgresql) as store:
        user_ids = [add_user(store) for _ in range(2)]
        for _ in range(15):
            with store.writing() as unit_of_work:
                unit_of_work.users.load(user_ids)

        with store.statement(writes=False) as connection:
            kept = text("SELECT count(*), sum(generic_plans) FROM pg_prepared_statements WHERE statement <> 'COMMIT'")
            prepared, kept_plans = connection.execute(kept).one()

    assert prepared > 0
    assert kept_plans == 0
