"""How the embedded broker begins and ends as a process, and whose file it takes."""

import signal
import subprocess
import time

import pytest
from pika.exceptions import AMQPError

from tests.conformance.embedded import ROOT, EmbeddedBroker
from tests.conformance.mortal import at


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
