"""Each guarantee, the line that gives it, and the test that notices when it is gone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A guarantee, the line that gives it, what stands there without it, and the test that notices."""

    name: str
    file: str
    line: str
    without: str
    test: str
    quick: bool = False


UNIT_OF_WORK = "tests/integration/test_unit_of_work.py"
HANDLING = "tests/integration/test_handling.py"
RELAY = "tests/integration/test_relay.py"
WORKER = "tests/integration/test_worker.py"
ODD_HEADERS = "tests/integration/test_odd_headers.py"
FAULTS = "tests/faults"
POISON = "tests/integration/test_poison.py"
DEAD_LETTERS = "tests/integration/test_dead_letters.py"
FORGOTTEN = "tests/faults/test_forgotten_consumer.py"
KEYED = "tests/component/test_idempotency.py"
LEAVING = "tests/component/test_leaving.py"
SIGN_INS = "tests/component/test_sign_ins.py"
ROTATION = "tests/component/test_key_rotation.py"
OAUTH = "tests/component/test_oauth.py"
LIMITS = "tests/component/test_limits.py"
RIGHTS = "tests/deployment/test_broker_rights.py"
TLS = "tests/deployment/test_tls.py"
SAGA = "tests/integration/test_saga_in_every_order.py"

MUTANTS = (
    Mutant(
        "a change and its event are committed together",
        "chassis/store/unit_of_work.py",
        "outbox.add(self._session,",
        "self._session.commit(); outbox.add(self._session,",
        f"{UNIT_OF_WORK}::test_a_rolled_back_change_publishes_nothing",
        quick=True,
    ),
    Mutant(
        "a change is never committed without its event",
        "chassis/store/unit_of_work.py",
        "        self.collect()\n        self._session.flush()",
        "        self._session.flush()",
        f"{UNIT_OF_WORK}::test_a_committed_change_leaves_its_event_in_the_outbox",
        quick=True,
    ),
    Mutant(
        "an event is claimed before it is handled",
        "chassis/messaging/handling.py",
        "if key in claimed]",
        "]",
        f"{HANDLING}::test_what_has_no_other_guard_takes_effect_once_by_its_id",
        quick=True,
    ),
    Mutant(
        "the claim is taken in the transaction of the effect",
        "chassis/messaging/handling.py",
        "fresh = _first_of_each(envelopes, unit_of_work.claim(envelopes))",
        "fresh = _first_of_each(envelopes, unit_of_work.claim(envelopes)); unit_of_work._session.commit()",
        f"{HANDLING}::test_a_handler_that_fails_after_its_write_leaves_no_trace",
        quick=True,
    ),
    Mutant(
        "what is found to change is locked",
        "chassis/store/repository.py",
        "self._load(keys, lock=self._writes)",
        "self._load(keys, lock=False)",
        f"{UNIT_OF_WORK}::test_parallel_changes_of_one_aggregate_are_all_there",
    ),
    Mutant(
        "what a batch touches is locked in one order",
        "user_service/subscriptions.py",
        "    unit_of_work.users.load(",
        "    list(",
        f"{HANDLING}::test_two_workers_that_touch_the_same_users_in_other_orders_do_not_deadlock",
    ),
    Mutant(
        "a version guards against lost updates",
        "user_service/store/tables.py",
        "mapper.map_imperatively(User, USERS, version_id_col=USERS.c.version)",
        "mapper.map_imperatively(User, USERS, version_id_col=USERS.c.version, version_id_generator=lambda _: 1)",
        f"{UNIT_OF_WORK}::test_a_change_of_what_was_only_read_is_refused_when_stale",
    ),
    Mutant(
        "who means to write on SQLite waits in line",
        "chassis/store/engine.py",
        '"BEGIN IMMEDIATE" if writes else "BEGIN"',
        '"BEGIN"',
        f"{UNIT_OF_WORK}::test_many_writers_wait_for_each_other_instead_of_failing",
    ),
    Mutant(
        "a transaction on SQLite is one",
        "chassis/store/engine.py",
        '    event.listen(engine, "begin", _begin_sqlite)\n',
        "    pass\n",
        f"{UNIT_OF_WORK}::test_a_rolled_back_claim_can_be_taken_again",
        quick=True,
    ),
    Mutant(
        "the relay forgets a row only after its confirm",
        "chassis/messaging/relay.py",
        "if fates.get(row.position) is Fate.CONFIRMED]",
        "]",
        f"{RELAY}::test_an_unroutable_row_waits_and_is_delivered_once_its_queue_is_bound",
    ),
    Mutant(
        "the relay chooses by 'still here', not by a cursor",
        "chassis/store/outbox.py",
        "query = select(*columns, failing).where(outbox.c.parked_at.is_(None), due)",
        "query = select(*columns, failing).where(outbox.c.parked_at.is_(None), due, "
        "outbox.c.position > getattr(waiting, 'cursor', 0))\n"
        "    waiting.cursor = max([getattr(waiting, 'cursor', 0), *connection.scalars(select(outbox.c.position))])",
        f"{RELAY}::test_transactions_committed_in_reverse_order_lose_no_event",
    ),
    Mutant(
        "a relay that lost its lease changes no row",
        "chassis/store/leased_outbox.py",
        "                return False\n            outbox.remove",
        "                pass\n            outbox.remove",
        f"{RELAY}::test_a_relay_that_lost_its_lease_changes_no_row",
        quick=True,
    ),
    Mutant(
        "of several relays one is active",
        "chassis/store/lease.py",
        "return taken.rowcount == 1",
        "return True",
        f"{RELAY}::test_a_lease_is_held_by_one_and_given_back",
        quick=True,
    ),
    Mutant(
        "a row that can't be published doesn't block those behind it",
        "chassis/messaging/relay.py",
        "sendable = [row for row in rows if not _too_large(row)]",
        "sendable = rows if not any(map(_too_large, rows)) else []",
        f"{RELAY}::test_a_row_that_is_too_large_is_parked_and_those_behind_it_go_on",
    ),
    Mutant(
        "a failing event costs only itself",
        "chassis/messaging/worker.py",
        "return [failure for one in readable for failure in self._attempt([one])]",
        "return [(delivery, error) for delivery, _ in readable]",
        f"{WORKER}::test_a_failing_event_costs_only_itself",
    ),
    Mutant(
        "nothing is acked before its retry or dead letter is confirmed",
        "chassis/messaging/worker.py",
        "if not self._aside.put(failed, lambda: self._consumer.holds(last), stop):",
        "if self._aside.put(failed, lambda: self._consumer.holds(last), stop) and False:",
        f"{WORKER}::test_while_the_dead_letter_can_not_be_kept_the_original_is_not_acked",
    ),
    Mutant(
        "a good delivery doesn't ack the failed one before it",
        "chassis/messaging/aside.py",
        "if messages and (stop.wait(AGAIN_SECONDS) or not held()):",
        "if messages:",
        f"{WORKER}::test_a_good_delivery_does_not_ack_the_failed_one_before_it",
    ),
    Mutant(
        "an issuer that hangs holds up one thread alone",
        "chassis/api/keys.py",
        "self._asking.acquire(timeout=0 if self._keys else FIRST_KEYS_SECONDS)",
        "self._asking.acquire(timeout=20)",
        "tests/component/test_jwks.py::test_an_issuer_that_hangs_holds_up_one_thread_and_no_other",
    ),
    Mutant(
        "what the broker noted is not carried on",
        "broker/retry.py",
        " and not name.startswith(names.BROKERS_OWN) and name not in names.MORE_ADDRESSES",
        "",
        "tests/unit/test_retry.py",
        quick=True,
    ),
    Mutant(
        "what fails is tried again",
        "chassis/messaging/aside.py",
        "return Outcome.DEAD_LETTER if isinstance(error, self._hopeless) else Outcome.RETRY",
        "return Outcome.DEAD_LETTER",
        f"{WORKER}::test_a_handler_that_failed_succeeds_when_its_event_comes_again",
    ),
    Mutant(
        "a message can't choose its routing key",
        "broker/delivery.py",
        'if self.exchange == "":\n            return',
        "if True:\n            return",
        f"{ODD_HEADERS}::test_a_message_can_not_choose_its_routing_key_by_a_header",
    ),
    Mutant(
        "events are taken from their own sender alone",
        "events/decode.py",
        "if not known.allows(source):",
        "if False:",
        "tests/contract/test_decode.py::test_an_event_of_ours_is_taken_from_its_sender_alone_and_with_its_number",
        quick=True,
    ),
    Mutant(
        "a cancel that overtakes its order wins",
        "user_service/use_cases/release_credit.py",
        "    if reservation is None:\n",
        "    if reservation is None:\n        return\n    if reservation is None:\n",
        f"{SAGA}::test_two_orders_and_their_cancels_release_all_credit_in_every_order",
        quick=True,
    ),
    Mutant(
        "credit is given back once",
        "user_service/domain/reservation.py",
        "        if self.status is not ReservationStatus.RESERVED:\n            return\n",
        "",
        f"{HANDLING}::test_cancelling_under_two_ids_releases_once",
        quick=True,
    ),
    Mutant(
        "a late confirmation does not revive a cancelled order",
        "order_service/domain/order.py",
        "        if self.status is OrderStatus.PENDING:\n            self._become(OrderStatus.CONFIRMED, now)",
        "        if True:\n            self._become(OrderStatus.CONFIRMED, now)",
        "tests/unit/test_order.py::test_a_cancelled_order_stays_cancelled_whatever_comes_late",
        quick=True,
    ),
    Mutant(
        "older news doesn't overwrite newer",
        "order_service/domain/customer.py",
        "if sequence > self.profile_sequence and not self.erased:",
        "if not self.erased:",
        "tests/unit/test_older_news.py::test_a_profile_ends_the_same_in_whatever_order_it_is_told",
        quick=True,
    ),
    Mutant(
        "tokens are checked with the issuer's key",
        "chassis/api/tokens.py",
        "            self._registry.validate(decoded.claims)\n",
        "",
        "tests/component/test_common_api.py::test_a_bad_token_is_refused",
        quick=True,
    ),
    Mutant(
        "another user's order can't be told from none",
        "order_service/api/views.py",
        "or not (may(scope) or _is_own(order)):",
        "or False:",
        "tests/component/test_orders_api.py::test_another_user_s_order_can_not_be_told_from_none",
        quick=True,
    ),
    Mutant(
        "what dies with its parent is gone",
        "chassis/service.py",
        "        die_with_parent()\n        return self._front(chosen)\n",
        "        return self._front(chosen)\n",
        "tests/end_to_end/test_kills.py::test_when_the_server_s_parent_is_killed_nothing_is_left_that_answers",
    ),
    Mutant(
        "an event whose ack was lost comes again and acts once",
        "chassis/store/inbox.py",
        "return {(source, event_id) for source, event_id in session.execute(statement, rows)}",
        "session.execute(statement, rows); return set(keys)",
        "tests/end_to_end/test_kills.py::test_a_worker_killed_between_commit_and_ack_gets_it_again_and_acts_once",
    ),
    Mutant(
        "the audit does not tell what a message may still settle",
        "operations/doubts.py",
        "if finding not in self._still_since or moves(finding):",
        "if finding not in self._still_since:",
        "tests/unit/test_doubts.py::test_what_a_message_may_still_settle_is_not_told_however_long_it_takes",
        quick=True,
    ),
    Mutant(
        "the audit judges an order only if it stood still",
        "operations/books.py",
        "if before.get(order_id) == after.get(order_id):",
        "if True:",
        "tests/unit/test_ledger.py::test_an_order_is_judged_only_if_it_stood_still_while_its_reservation_was_read",
        quick=True,
    ),
    Mutant(
        "for the audit what waits for a retry is under way",
        "operations/books.py",
        "return [name for name in names if name != dead_queue(service)]",
        "return [service]",
        "tests/integration/test_audit.py::test_while_a_queue_holds_messages_what_they_may_settle_is_under_way",
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
        "who hangs in a transaction keeps the lease from nobody",
        "chassis/store/postgresql.py",
        '        "idle_in_transaction_session_timeout": round(idle_seconds * 1000),\n',
        "",
        f"{FAULTS}/test_silent_database.py::test_who_hangs_in_a_transaction_keeps_the_lease_from_nobody",
    ),
    Mutant(
        "a relay whose broker is out of memory is not ready",
        "broker/publisher.py",
        "add_on_connection_blocked_callback(lambda *_: self._opened.clear())",
        "add_on_connection_blocked_callback(lambda *_: None)",
        f"{FAULTS}/test_the_stack_and_its_broker.py"
        "::test_while_the_broker_has_no_memory_events_wait_and_the_relay_is_not_ready",
    ),
    Mutant(
        "a worker that hangs ends at its budget",
        "chassis/service.py",
        "    process.die_at(chosen.drain_seconds, stop)\n",
        "",
        f"{FAULTS}/test_stopping_a_worker.py"
        "::test_a_worker_that_hangs_ends_at_its_budget_and_the_next_one_handles_what_it_held",
    ),
    Mutant(
        "what never comes to an end is given up",
        "chassis/messaging/suspects.py",
        "if unfinished >= MAX_ATTEMPTS:",
        "if False:",
        f"{POISON}::test_only_what_never_comes_to_an_end_counts_against_a_message",
        quick=True,
    ),
    Mutant(
        "an attempt that came to an end does not count",
        "chassis/messaging/suspects.py",
        "                attempts.end(connection, self._table, delivery.fingerprint)\n",
        "                pass\n",
        f"{POISON}::test_only_what_never_comes_to_an_end_counts_against_a_message",
        quick=True,
    ),
    Mutant(
        "what comes again unasked is handled alone",
        "chassis/messaging/worker.py",
        "if group[0].is_suspect else",
        "if False else",
        f"{POISON}::test_a_message_that_kills_its_worker_is_dead_lettered_alone",
    ),
    Mutant(
        "a consumer that was forgotten notices it",
        "broker/watchdog.py",
        "if self._strikes >= LOOKS:",
        "if False:",
        f"{FORGOTTEN}::test_a_consumer_that_was_forgotten_notices_that_messages_wait_and_connects_again",
    ),
    Mutant(
        "an idle channel is made anew",
        "broker/watchdog.py",
        "return idle and monotonic() - self._busy_at >= IDLE_SECONDS",
        "return False",
        f"{FORGOTTEN}::test_a_queue_that_is_deleted_and_made_again_at_once_is_read_on",
    ),
    Mutant(
        "a dead letter goes only after its replay is confirmed",
        "broker/dead_letters.py",
        "        channel.confirm_delivery()\n",
        "",
        f"{DEAD_LETTERS}::test_a_replay_that_the_broker_does_not_take_leaves_the_letter",
        quick=True,
    ),
    Mutant(
        "a look leaves the letters where they were",
        "broker/dead_letters.py",
        "self._channel.basic_get(queue)",
        "self._channel.basic_get(queue, auto_ack=True)",
        f"{DEAD_LETTERS}::test_fifty_looks_lose_nothing_and_leave_the_order",
        quick=True,
    ),
    Mutant(
        "ids are kept for as long as is promised",
        "chassis/store/sweep.py",
        "select(*key).where(table.c[column] < than)",
        "select(*key)",
        "tests/integration/test_housekeeping.py::test_ids_are_forgotten_after_their_time_and_not_before",
        quick=True,
    ),
    Mutant(
        "what can't be published for long is parked",
        "chassis/messaging/relay.py",
        "row.failing_seconds >= GIVE_UP_SECONDS]",
        "False]",
        f"{RELAY}::test_a_row_that_was_unroutable_for_long_is_parked",
    ),
    Mutant(
        "while the database is away nothing is given up",
        "broker/retry.py",
        "if delivery.attempt > len(delays_seconds) and not endless:",
        "if delivery.attempt > len(delays_seconds):",
        "tests/unit/test_retry.py::test_while_the_database_is_away_no_message_is_given_up",
        quick=True,
    ),
    Mutant(
        "who connects into a silence tries again",
        "broker/connection.py",
        "CONNECTION_ERRORS = (pika.exceptions.AMQPError, AMQPConnectorException, OSError)",
        "CONNECTION_ERRORS = (pika.exceptions.AMQPError, OSError)",
        f"{FAULTS}/test_silent_network.py::test_who_connects_into_a_silence_tries_again_until_it_is_over",
    ),
    Mutant(
        "headers that can't be read stop no queue",
        "broker/tolerance.py",
        "    data.decode_table = _decode_table\n",
        "",
        "tests/unit/test_tolerance.py",
        quick=True,
    ),
    Mutant(
        "forged headers of ours stop no queue",
        "broker/delivery.py",
        " and 0 <= failed <= MAX_ATTEMPTS",
        "",
        f"{ODD_HEADERS}::test_forged_headers_of_ours_hold_up_nobody",
    ),
    Mutant(
        "a hiccup of the database forgives no killer",
        "chassis/messaging/worker.py",
        "            # What is noted against it stays.\n",
        "            self._suspects.end(suspect)\n",
        f"{WORKER}::test_a_hiccup_of_the_database_forgives_no_killer",
    ),
    Mutant(
        "a keyed request has one effect",
        "chassis/api/idempotency.py",
        "        return _replayed(known, digest)\n",
        "        pass\n",
        f"{KEYED}::test_who_repeats_an_order_gets_the_first_answer_and_no_second_order",
        quick=True,
    ),
    Mutant(
        "a key is claimed before its effect, so that two at once have one",
        "chassis/store/answers.py",
        "    if list(session.execute(insert_new(session.connection(), answers).returning(answers.c.key), [row])):\n"
        "        return None\n",
        "    known = session.scalar(select(answers.c.key).where(answers.c.key == key))\n"
        "    if known is None:\n"
        "        session.execute(insert_new(session.connection(), answers), [row])\n"
        "        return None\n",
        f"{KEYED}::test_twenty_at_the_same_time_place_one_order",
    ),
    Mutant(
        "an answer is stored in the transaction of its effect",
        "chassis/store/unit_of_work.py",
        "        answers.keep(self._session, self._tables.answers, key, answer)\n",
        "        answers.keep(self._session, self._tables.answers, key, answer)\n        self._session.commit()\n",
        f"{KEYED}::test_a_failure_before_the_commit_leaves_neither_effect_nor_answer",
    ),
    Mutant(
        "a key that was used for another request is refused",
        "chassis/api/idempotency.py",
        "if not hmac.compare_digest(known.request, digest):",
        "if False:",
        f"{KEYED}::test_a_key_that_was_used_for_another_request_is_refused",
    ),
    Mutant(
        "a key belongs to its caller",
        "chassis/api/idempotency.py",
        "return _hash(caller.subject, key), digest",
        "return _hash(None, key), digest",
        f"{KEYED}::test_a_key_belongs_to_its_caller_and_to_what_it_was_used_for",
    ),
    Mutant(
        "who waits leaves threads to the others",
        "chassis/api/waiting.py",
        "    if not seats.acquire(blocking=False):\n        return None\n",
        "    seats.acquire(blocking=True)\n",
        "tests/component/test_waiting.py::test_who_finds_all_seats_taken_is_answered_at_once_and_still_has_its_order",
    ),
    Mutant(
        "who has left is refused by user_service at once",
        "chassis/api/permissions.py",
        "            g.admitted = _in_force(signed_in())\n",
        "            g.admitted = signed_in()\n",
        f"{LEAVING}::test_who_has_left_can_neither_sign_in_nor_go_on",
        quick=True,
    ),
    Mutant(
        "the other service refuses tokens from before the user ended them",
        "order_service/store/revocations.py",
        "caller.issued_at < ended",
        "False",
        f"{LEAVING}::test_tokens_from_before_the_user_ended_them_are_refused",
    ),
    Mutant(
        "a refresh token that comes again ends the sign-in",
        "user_service/use_cases/refresh_sign_in.py",
        "        sign_in.end(now)\n",
        "",
        f"{SIGN_INS}::test_a_refresh_token_that_comes_again_ends_the_sign_in_for_all",
        quick=True,
    ),
    Mutant(
        "another password ends every token",
        "user_service/domain/user.py",
        "        self.password_hash, self.updated_at = password_hash, now\n        self.end_tokens(now)\n",
        "        self.password_hash, self.updated_at = password_hash, now\n",
        f"{SIGN_INS}::test_another_password_ends_every_token_and_is_told",
    ),
    Mutant(
        "tokens follow each other, whoever's clock lags",
        "user_service/domain/user.py",
        "max(now, self.token_clock + INSTANT)",
        "now",
        f"{SIGN_INS}::test_tokens_follow_each_other_whoever_s_clock_lags",
    ),
    Mutant(
        "what the caller has not seen is not overwritten",
        "chassis/api/etags.py",
        "    if resource is None or not request.if_match.contains(_tag(_shown(schema, resource))):\n",
        "    if False:\n",
        "tests/component/test_profiles_api.py::test_of_two_who_saw_the_same_profile_one_changes_it",
    ),
    Mutant(
        "a new key is published before it signs",
        "user_service/store/signing_keys.py",
        "for each in self._known(READ_EVERY) if each.signs_from <= now]",
        "for each in self._known(READ_EVERY)]",
        f"{ROTATION}::test_a_new_key_is_published_long_before_it_signs",
    ),
    Mutant(
        "an old key is known until its last token has expired",
        "user_service/store/signing_keys.py",
        "if following.signs_from + OUTLIVES < now]",
        "if following.signs_from < now]",
        f"{ROTATION}::test_an_old_key_is_known_until_its_last_token_has_expired",
    ),
    Mutant(
        "a code that comes again ends what it was good for",
        "user_service/use_cases/redeem_code.py",
        "            sign_in.end(unit_of_work.now)\n",
        "            pass\n",
        f"{OAUTH}::test_a_code_that_comes_again_ends_what_it_was_good_for",
    ),
    Mutant(
        "nobody is sent to an address that is not the client's",
        "user_service/api/oauth/clients.py",
        "return redirect_uri in self.client.redirect_uris",
        "return True",
        f"{OAUTH}::test_nobody_is_sent_to_an_address_that_is_not_the_client_s",
        quick=True,
    ),
    Mutant(
        "a code is asked for with a challenge that nobody can read",
        "user_service/api/oauth/grants.py",
        '        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":\n',
        "        if False:\n",
        f"{OAUTH}::test_what_is_not_safe_is_refused_where_the_client_hears_it",
    ),
    Mutant(
        "a refresh never widens the scope",
        "user_service/api/tokens.py",
        "allowed = scopes_of(user.roles) & set(sign_in.scope.split())",
        "allowed = scopes_of(user.roles)",
        f"{OAUTH}::test_a_refresh_may_narrow_the_scope_and_never_widen_it",
    ),
    Mutant(
        "who fails to sign in too often has to wait",
        "user_service/api/credentials.py",
        "            limits().count(limit, *key)\n",
        "            pass\n",
        f"{LIMITS}::test_after_ten_failures_an_account_is_closed_to_this_address_for_a_while",
        quick=True,
    ),
    Mutant(
        "nobody locks a stranger out",
        "user_service/api/credentials.py",
        '"account", address, digest)',
        '"account", digest)',
        f"{LIMITS}::test_nobody_locks_a_stranger_out",
    ),
    Mutant(
        "what strangers write into X-Forwarded-For is hearsay",
        "chassis/api/addresses.py",
        "        if not any(known in network for network in trusted):\n            break\n",
        "",
        f"{LIMITS}::test_the_client_s_address_is_the_last_that_none_of_our_proxies_has",
    ),
    Mutant(
        "who sends what no one lets it send is refused",
        "operations/rabbitmq_users.py",
        "User(kind, write=_any_of(EXCHANGE), types_written=_types(*own))",
        "User(kind, write=_any_of(EXCHANGE), types_written=ANYTHING)",
        f"{RIGHTS}::test_a_user_can_send_its_own_types_and_no_others",
    ),
    Mutant(
        "who may not make another's queues looks at them and goes on",
        "broker/declaring.py",
        "            if error.reply_code != HTTPStatus.FORBIDDEN:\n                raise\n",
        "            raise\n",
        f"{RIGHTS}::test_who_starts_first_looks_at_the_others_queues_and_tells_which_are_missing",
    ),
    Mutant(
        "a broker has to prove its name",
        "broker/tls.py",
        "ssl.create_default_context(cafile=self.ca)",
        "ssl._create_unverified_context(cafile=self.ca)",
        f"{TLS}::test_a_broker_that_can_t_prove_its_name_is_not_spoken_to",
    ),
    Mutant(
        "a wait of any number of digits is read",
        "chassis/api/waiting.py",
        'digits.lstrip("0")[:3]',
        'digits.lstrip("0")',
        "tests/component/test_waiting.py::test_a_preference_is_read_or_ignored",
        quick=True,
    ),
    Mutant(
        "a path that is none is none for every method",
        "chassis/api/app.py",
        "            raise NotFound from error\n",
        "            raise\n",
        "tests/component/test_users_api.py::test_a_path_that_is_no_id_is_not_found",
        quick=True,
    ),
)
