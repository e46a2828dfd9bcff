"""Guarantees of chassis/store that each database is held to by words of its own."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import (
    COLLISIONS,
    FAULTS,
    KEEPING,
    UNIT_OF_WORK,
)

MUTANTS = (
    Mutant(
        "who means to write on SQLite waits in line",
        "chassis/store/sqlite.py",
        '"BEGIN IMMEDIATE" if writes else "BEGIN"',
        '"BEGIN"',
        f"{UNIT_OF_WORK}::test_many_writers_wait_for_each_other_instead_of_failing",
    ),
    Mutant(
        "a transaction on SQLite is one",
        "chassis/store/engine.py",
        '        event.listen(engine, "begin", sqlite.begin)\n',
        "        pass\n",
        f"{UNIT_OF_WORK}::test_a_rolled_back_claim_can_be_taken_again",
        quick=True,
    ),
    Mutant(
        "nobody waits for a database for ever",
        "chassis/store/postgresql.py",
        "            timeout = ANSWER_SECONDS\n",
        "            timeout = 20 * ANSWER_SECONDS\n",
        f"{FAULTS}/test_silent_database.py::test_a_statement_that_is_never_answered_holds_nobody_for_ever",
    ),
    Mutant(
        "PostgreSQL plans a statement for the table as it is",
        "chassis/store/postgresql.py",
        '        "plan_cache_mode": "force_custom_plan",\n',
        "",
        "tests/integration/test_pools.py::test_no_plan_outlives_the_table_that_it_was_made_for",
        quick=True,
    ),
    Mutant(
        "what the server has ended is handed out to nobody",
        "chassis/store/postgresql.py",
        "            raise DisconnectionError\n",
        "            return\n",
        "tests/integration/test_pools.py::test_a_connection_that_the_server_has_ended_is_handed_out_to_nobody",
        quick=True,
    ),
    Mutant(
        "who hangs in a transaction keeps the lease from nobody",
        "chassis/store/postgresql.py",
        '        "idle_in_transaction_session_timeout": round(idle_seconds * 1000),\n',
        "",
        f"{FAULTS}/test_silent_database.py::test_who_hangs_in_a_transaction_keeps_the_lease_from_nobody",
    ),
    Mutant(
        "MySQL's deadlocks are known as such",
        "chassis/store/errors.py",
        ', "LockNotAvailable", 1213, 1205}',
        ', "LockNotAvailable"}',
        f"{COLLISIONS}::test_a_request_that_a_deadlock_ended_is_carried_out_all_the_same",
    ),
    Mutant(
        "on MySQL nobody locks what is not there",
        "chassis/store/engine.py",
        '            "isolation_level": mysql.ISOLATION,\n',
        "",
        f"{COLLISIONS}::test_two_who_look_for_what_is_not_there_are_not_in_each_other_s_way",
    ),
    Mutant(
        "on MySQL keys differ by case, accent and space",
        "chassis/store/mysql_columns.py",
        '"utf8mb4_nopad_bin"',
        '"utf8mb4_general_ci"',
        f"{KEEPING}::test_keys_that_differ_at_all_are_different_keys",
    ),
    Mutant(
        "on MySQL times have fractions of a second",
        "chassis/store/mysql_columns.py",
        'return "DATETIME(6)"',
        'return "DATETIME"',
        f"{KEEPING}::test_times_are_kept_to_the_microsecond",
    ),
    Mutant(
        "on MySQL long text is not cut off",
        "chassis/store/mysql_columns.py",
        'return "LONGTEXT"',
        'return "TEXT"',
        f"{KEEPING}::test_an_order_of_the_longest_lines_is_kept_whole",
    ),
    Mutant(
        "on MySQL a message of any size is kept",
        "chassis/store/mysql_columns.py",
        'return "LONGBLOB"',
        'return "BLOB"',
        f"{KEEPING}::test_the_largest_message_is_kept_byte_for_byte",
    ),
    Mutant(
        "on MySQL who hangs in a transaction keeps the lease from nobody",
        "chassis/store/mysql.py",
        ', "idle_transaction_timeout": self._idle_seconds}',
        "}",
        f"{FAULTS}/test_silent_database.py::test_who_hangs_in_a_transaction_keeps_the_lease_from_nobody",
    ),
    Mutant(
        "on MySQL nobody waits for a database for ever",
        "chassis/store/mysql.py",
        '"read_timeout": ANSWER_SECONDS, ',
        "",
        f"{FAULTS}/test_silent_database.py::test_a_statement_that_is_never_answered_holds_nobody_for_ever",
    ),
)
