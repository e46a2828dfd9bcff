"""Silence: the broker breaks it on its side, and cuts a client that keeps it."""

import time

import pika.frame
import pytest

from tests.conformance.lab import Lab
from tests.conformance.raw_client import Hangup, raw_client


def test_the_broker_sends_heartbeats(broker_url: str):
    with raw_client(broker_url) as client:
        client.open(heartbeat=1)

        frames = [client.frame(), client.frame()]

    assert all(isinstance(frame, pika.frame.Heartbeat) for frame in frames)


def test_a_silent_client_is_cut_and_what_it_held_is_redelivered(lab: Lab):
    queue = lab.queue()
    lab.publish(queue)
    began = time.monotonic()
    with raw_client(lab.url) as client:
        client.open(heartbeat=1)
        client.open_channel()
        client.send(pika.spec.Basic.Get(queue=queue), 1)

        with pytest.raises(Hangup):
            client.closing()

    assert 1 <= time.monotonic() - began < 8
    assert lab.get(queue).method.redelivered


def test_a_client_that_beats_is_not_cut(lab: Lab):
    channel = lab.another_channel(heartbeat=1)
    began = time.monotonic()

    while time.monotonic() - began < 3:
        channel.connection.process_data_events(0.2)

    assert channel.queue_declare("", exclusive=True)
