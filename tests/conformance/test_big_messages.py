"""Messages of many frames."""

import hashlib
import os

import pika
import pytest

from tests.conformance.lab import QUORUM, Lab, serviced
from tests.conformance.raw_client import raw_client

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("arguments", [None, QUORUM], ids=["classic", "quorum"])
def test_sixteen_mebibytes_arrive_as_they_were_sent(lab: Lab, arguments):
    queue = lab.queue(arguments)
    body = os.urandom(16 * MEBIBYTE)

    lab.publish(queue, body)

    assert digest(lab.take(queue).body) == digest(body)


@pytest.mark.parametrize("size", [0, 1, 131_064, 131_065, 131_072, 262_128])
def test_bodies_at_the_edges_of_frames_arrive_whole(lab: Lab, size: int):
    queue = lab.queue()

    lab.publish(queue, b"x" * size)

    assert lab.take(queue).body == b"x" * size


def test_a_consumer_gets_big_messages_one_behind_the_other(lab: Lab):
    queue = lab.queue()
    bodies = [bytes([number]) * (2 * MEBIBYTE + number) for number in range(5)]
    for body in bodies:
        lab.publish(queue, body)

    got = lab.consume(queue, lab.channel)

    serviced(lab.channel, until=lambda: len(got) == 5)
    assert [digest(each.body) for each in got] == [digest(body) for body in bodies]


def test_a_message_of_absurd_size_is_refused_by_its_header(embedded_url: str):
    with raw_client(embedded_url) as client:
        client.open()
        client.open_channel()

        client.send(pika.spec.Basic.Publish(exchange="", routing_key="x"), 1)
        client.socket.sendall(pika.frame.Header(1, 1024 * MEBIBYTE, pika.BasicProperties()).marshal())

        close = client.closing()
    assert (close.NAME, close.reply_code) == ("Channel.Close", 406)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
