"""Bytes that make no sense end their own connection, with a reason, and nobody else's."""

import struct

import pytest
from pika import spec

from tests.conformance.lab import Lab
from tests.conformance.raw_client import frame_bytes, raw_client

PUBLISH = b"\0\x3c\0\x28" + b"\0\0" + b"\0" + b"\1q" + b"\0"
HEADER = struct.pack(">HHQH", 60, 0, 5, 0)


@pytest.mark.parametrize(
    ("garbage", "codes"),
    [
        (frame_bytes(1, 1, b"\0\x0a\0\x0a", end=b"\0"), {501}),
        (frame_bytes(7, 0, b""), {501}),
        (struct.pack(">BHI", 1, 1, 2**31), {501}),
        (frame_bytes(1, 1, b"\0\x32\0\x0a\xff"), {501, 502}),
        (frame_bytes(1, 1, PUBLISH) + frame_bytes(3, 1, b"body"), {505}),
        (frame_bytes(1, 1, PUBLISH) + frame_bytes(1, 1, PUBLISH), {505}),
        (frame_bytes(2, 1, HEADER), {505}),
        (frame_bytes(1, 9, b"\0\x3c\0\x0a" + b"\0" * 7), {504}),
        (frame_bytes(1, 1, b"\0\x14\0\x0a\0"), {504}),
        (frame_bytes(1, 0, b"\0\x0a\0\x1e" + b"\0" * 12), {503, 541}),
    ],
    ids=[
        "wrong end of a frame",
        "unknown kind of frame",
        "a frame larger than agreed",
        "a method cut short",
        "a body without a header",
        "a method where content was expected",
        "content without a method",
        "a channel that is not open",
        "a channel opened twice",
        "a step of the handshake after it",
    ],
)
def test_a_broken_frame_closes_the_connection_with_its_reason(lab: Lab, garbage: bytes, codes: set[int]):
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()

        client.socket.sendall(garbage)

        assert client.closing().reply_code in codes
    assert lab.channel.queue_declare("", exclusive=True)


def test_properties_that_lie_about_their_length_are_refused(lab: Lab):
    queue = lab.queue()
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()

        client.send(spec.Basic.Publish(exchange="", routing_key=queue), 1)
        client.socket.sendall(frame_bytes(2, 1, struct.pack(">HHQH", 60, 0, 0, 1 << 13) + b"\0\0\xff\xff"))

        assert client.is_cut()
    assert lab.look(queue) is None


def test_a_table_cut_short_is_refused(lab: Lab):
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()

        client.socket.sendall(frame_bytes(1, 1, b"\0\x32\0\x0a\0\0\1q\0\0\0\0\x09\4nameS\0"))

        assert client.is_cut()
    assert lab.channel.is_open


def test_a_client_that_says_nothing_more_mid_frame_harms_nobody(lab: Lab):
    queue = lab.queue()
    with raw_client(lab.url) as client:
        client.open()
        client.open_channel()
        client.socket.sendall(frame_bytes(1, 1, PUBLISH)[:9])

        lab.publish(queue, b"still served")

        assert lab.take(queue).body == b"still served"
