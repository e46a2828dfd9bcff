"""What the embedded broker confirmed is there after a restart, and after a kill."""

import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.adapters.select_connection import SelectConnection
from pika.exceptions import AMQPError

from tests.conformance.embedded import ROOT, EmbeddedBroker
from tests.conformance.lab import AT_LEAST_ONCE, QUORUM, Lab, ignoring_errors, serviced
from tests.conformance.test_dead_letters import to
from tests.eventually import eventually

ENDS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])


@contextmanager
def at(broker: EmbeddedBroker) -> Iterator[Lab]:
    lab = Lab(broker.url)
    try:
        yield lab
    finally:
        for connection in lab._connections:
            ignoring_errors(connection.close)


@ENDS
def test_exchanges_queues_and_bindings_are_there_after_a_restart(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue, exchange = lab.queue(QUORUM | {"x-delivery-limit": 3}), lab.exchange()
        lab.channel.queue_bind(queue, exchange, "order.#")
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        lab.channel.queue_declare(queue, durable=True, arguments=QUORUM | {"x-delivery-limit": 3})
        lab.publish("order.placed", b"routed", exchange)
        assert lab.take(queue).body == b"routed"


@ENDS
def test_what_was_deleted_stays_deleted(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue, exchange, bound = lab.queue(), lab.exchange(), lab.queue()
        lab.channel.queue_bind(bound, "amq.topic", "a")
        lab.publish(queue)
        lab.channel.queue_unbind(bound, "amq.topic", "a")
        lab.channel.queue_delete(queue)
        lab.channel.exchange_delete(exchange)
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        lab.channel.queue_declare(queue, durable=True, arguments={"x-max-length": 1})
        lab.channel.exchange_declare(exchange, "fanout")
        with pytest.raises(pika.exceptions.UnroutableError):
            lab.publish("a", exchange="amq.topic")
        assert lab.look(queue) is None


@ENDS
def test_confirmed_messages_keep_their_order_and_their_content(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue = lab.queue()
        for each in range(50):
            lab.publish(queue, b"%d" % each, message_id=f"m-{each}", headers={"n": each})
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        got = [lab.take(queue) for _ in range(50)]
    assert [(each.body, each.properties.message_id, each.headers) for each in got] == [
        (b"%d" % each, f"m-{each}", {"n": each}) for each in range(50)
    ]


def test_transient_messages_and_queues_end_with_the_broker(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue, transient = lab.queue(), lab.queue(durable=False)
        lab.publish(queue, delivery_mode=1)
        lab.publish(transient)
        mortal.stop()

    mortal.start()

    with at(mortal) as lab:
        assert lab.look(queue) is None
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
            lab.waiting(transient)


def test_a_quorum_queue_keeps_even_transient_messages(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
        lab.publish(queue, b"kept", delivery_mode=1)
        mortal.kill()

    mortal.start()

    with at(mortal) as lab:
        assert lab.take(queue).body == b"kept"


@ENDS
def test_what_a_consumer_held_comes_again_and_its_deliveries_count(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
        lab.publish(queue)
        for _ in range(2):
            lab.channel.basic_nack(lab.get(queue).tag)
        lab.get(queue)
        lab.publish(queue, b"commits what is before it")
        mortal.stop(number)

    mortal.start()

    with at(mortal) as lab:
        got = lab.get(queue)
    assert (got.method.redelivered, got.headers["x-delivery-count"]) == (True, 3)


def test_the_delivery_limit_holds_over_kills(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(AT_LEAST_ONCE | to(dead) | {"x-delivery-limit": 1})
        lab.publish(queue, b"kills its broker")

    for _ in range(2):
        with at(mortal) as lab:
            lab.get(queue)
            lab.publish(dead, b"commits what is before it")
            mortal.kill()
        mortal.start()

    with at(mortal) as lab:
        bodies = [lab.take(dead).body for _ in range(3)]
        assert bodies.count(b"kills its broker") == 1
        assert lab.look(queue) is None


def test_time_goes_on_while_the_broker_is_down(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(QUORUM | to(dead) | {"x-message-ttl": 300})
        lab.publish(queue, b"late")
        published = time.monotonic()
        mortal.kill()
    eventually(lambda: time.monotonic() - published > 0.4)

    mortal.start()

    with at(mortal) as lab:
        assert lab.take(dead).body == b"late"


def test_everything_confirmed_survives_a_kill_in_the_middle_of_a_flood(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue(QUORUM)
    confirmed = Flood(mortal, queue).until_killed_after(5000)

    mortal.start()

    with at(mortal) as lab:
        waiting = lab.waiting(queue)
        got = lab.consume(queue, lab.channel, auto_ack=True)
        serviced(lab.channel, until=lambda: len(got) == waiting)
    assert confirmed <= {int(each.body) for each in got}
    assert [int(each.body) for each in got] == list(range(1, waiting + 1))


def test_a_kill_while_dead_letters_move_neither_loses_nor_doubles_one(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        dead = lab.queue()
        queue = lab.queue(AT_LEAST_ONCE | to(dead))
        for number in range(500):
            lab.publish(queue, b"%d" % number)
        got = lab.consume(queue, lab.channel)
        serviced(lab.channel, until=lambda: len(got) == 500)
        for each in got[:250]:
            lab.channel.basic_reject(each.tag, requeue=False)
        lab.connection.process_data_events(0.005)
        mortal.kill()

    mortal.start()

    with at(mortal) as lab:
        bodies = [lab.take(name).body for name in (queue, dead) for _ in range(lab.waiting(name))]
    assert sorted(map(int, bodies)) == list(range(500))


def test_a_disk_that_takes_no_more_stops_the_broker_and_what_was_confirmed_is_there(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue()
    resource.prlimit(mortal.process.pid, resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
    flood = Flood(mortal, queue, body=b"x" * 1024)

    flood.until_confirmed(50_000)

    assert mortal.ended() == 1
    mortal.start()
    with at(mortal) as lab:
        assert lab.waiting(queue) >= len(flood.confirmed) > 0


def test_a_long_backlog_stays_on_the_disk(mortal: EmbeddedBroker):
    with at(mortal) as lab:
        queue = lab.queue()
    Flood(mortal, queue, body=b"x" * 10_240).until_confirmed(20_000)

    assert mortal.memory_bytes < 200 * 1024 * 1024

    with at(mortal) as lab:
        got = []
        lab.channel.basic_consume(queue, lambda *parts: got.append(len(parts[3])), auto_ack=True)
        serviced(lab.channel, until=lambda: len(got) == 20_000)
    assert set(got) == {10_240}


def test_two_brokers_never_share_a_file(mortal: EmbeddedBroker):
    second = EmbeddedBroker(mortal.path)

    ended = subprocess.run(second.command(), check=False, cwd=ROOT, capture_output=True, text=True, timeout=10)

    assert (ended.returncode, ended.stderr) == (1, f"{mortal.path} is in use by another broker\n")


def test_a_taken_port_is_said_so(mortal: EmbeddedBroker, tmp_path):
    second = EmbeddedBroker(tmp_path / "other.sqlite3", mortal.port)

    ended = subprocess.run(second.command(), check=False, cwd=ROOT, capture_output=True, text=True, timeout=10)

    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_file_that_is_no_store_is_said_so(tmp_path):
    broker = EmbeddedBroker(tmp_path / "broker.sqlite3")
    broker.path.write_bytes(b"something else entirely" * 100)

    ended = subprocess.run(broker.command(), check=False, cwd=ROOT, capture_output=True, text=True, timeout=10)

    assert ended.returncode == 1
    assert "not a database" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_two_seconds_and_clients_are_told(mortal: EmbeddedBroker, number: int):
    with at(mortal) as lab:
        began = time.monotonic()

        status = mortal.stop(number)

        assert time.monotonic() - began < 2
        with pytest.raises(AMQPError, match="CONNECTION_FORCED"):
            lab.channel.queue_declare("", exclusive=True)
    assert status == 0


def test_after_an_orderly_end_the_file_alone_is_enough(mortal: EmbeddedBroker, tmp_path):
    with at(mortal) as lab:
        queue = lab.queue()
        lab.publish(queue, b"moved")
    mortal.stop()
    moved = EmbeddedBroker(tmp_path / "elsewhere.sqlite3")
    moved.path.write_bytes(mortal.path.read_bytes())

    moved.start()

    with at(moved) as lab:
        assert lab.take(queue).body == b"moved"
    moved.stop()


class Flood:
    """Publishes numbered messages with many confirms outstanding, and remembers which ones were confirmed."""

    def __init__(self, broker: EmbeddedBroker, queue: str, body: bytes | None = None) -> None:
        self._broker, self._queue, self._body = broker, queue, body
        self._sent, self._stop_at = 0, 0
        self.confirmed: set[int] = set()

    def until_killed_after(self, confirms: int) -> set[int]:
        """Kill the broker once so many are confirmed and more are on their way."""
        killer = threading.Thread(
            target=lambda: (eventually(lambda: len(self.confirmed) >= confirms), self._broker.kill())
        )
        killer.start()
        self._run()
        killer.join()
        return self.confirmed

    def until_confirmed(self, confirms: int) -> None:
        self._stop_at = confirms
        self._run()

    def _run(self) -> None:
        connection = SelectConnection(
            pika.URLParameters(self._broker.url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_close_callback=lambda connection, _: connection.ioloop.stop(),
        )
        connection.ioloop.start()
        connection.ioloop.close()

    def _opened(self, channel) -> None:
        self._channel = channel
        channel.confirm_delivery(self._confirm, lambda _: self._fill())

    def _confirm(self, frame) -> None:
        tag = frame.method.delivery_tag
        first = len(self.confirmed) + 1 if frame.method.multiple else tag
        self.confirmed.update(range(first, tag + 1))
        if self._stop_at and len(self.confirmed) >= self._stop_at:
            self._channel.connection.close()
        elif self._channel.is_open:
            self._fill()

    def _fill(self) -> None:
        while self._sent - len(self.confirmed) < 500 and (not self._stop_at or self._sent < self._stop_at):
            self._sent += 1
            body = self._body or b"%d" % self._sent
            self._channel.basic_publish("", self._queue, body, pika.BasicProperties(delivery_mode=2))
