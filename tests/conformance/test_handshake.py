"""The first words: who may come in, and where to."""

import pika
import pytest
from pika.exceptions import ProbableAccessDeniedError, ProbableAuthenticationError

from tests.conformance.lab import Lab
from tests.conformance.raw_client import Hangup, raw_client


@pytest.mark.parametrize("credentials", [("guest", "wrong"), ("nobody", "guest")])
def test_wrong_credentials_are_refused(broker_url: str, credentials: tuple[str, str]):
    parameters = pika.URLParameters(broker_url)
    parameters.credentials = pika.PlainCredentials(*credentials)

    with pytest.raises(ProbableAuthenticationError, match="ACCESS_REFUSED"):
        pika.BlockingConnection(parameters)


def test_an_unknown_virtual_host_is_refused(lab: Lab):
    with pytest.raises(ProbableAccessDeniedError, match="530"):
        lab.another_channel(virtual_host="nope")


def test_another_protocol_is_told_which_one_is_spoken(broker_url: str):
    with raw_client(broker_url) as client:
        client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")

        answer = client.socket.recv(8)

        # RabbitMQ 4 names AMQP 1.0 first.
        assert answer in {b"AMQP\x00\x00\x09\x01", b"AMQP\x03\x01\x00\x00"}
        with pytest.raises(Hangup):
            client.frame()


def test_an_unknown_mechanism_is_refused(broker_url: str):
    with raw_client(broker_url) as client:
        client.log_in(mechanism="GUESS")

        assert client.is_cut()


def test_the_server_says_what_it_can_do(lab: Lab):
    properties = lab.connection._impl.server_properties

    for capability in ("publisher_confirms", "basic.nack", "consumer_cancel_notify", "authentication_failure_close"):
        assert properties["capabilities"][capability]


def test_a_smaller_frame_size_is_kept_to(lab: Lab):
    queue = lab.queue()
    lab.publish(queue, b"x" * 20_000)

    with raw_client(lab.url) as client:
        client.open(frame_max=4096)
        client.open_channel()
        client.send(pika.spec.Basic.Get(queue=queue, no_ack=True), 1)
        client.method()
        client.frame()
        fragments = [client.frame().fragment for _ in range(5)]

    assert [len(fragment) for fragment in fragments] == [4088, 4088, 4088, 4088, 3648]
