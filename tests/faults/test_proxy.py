"""The proxy itself: before it breaks anything of ours, it has to do what it says."""

import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pika.spec
import pytest
from pika.frame import Body, Header, Method

from tests.eventually import eventually
from tests.faults.frames import BASIC_CANCEL, BASIC_DELIVER, FrameFilter
from tests.faults.proxy import Proxy, proxied

SHORT_SECONDS = 0.2


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Before a server that gives back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as listener, proxied(listener.getsockname()[1]) as started:
        threading.Thread(target=_echo, args=(listener,), daemon=True).start()
        yield started


def _echo(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_echo_on, args=(connection,), daemon=True).start()


def _echo_on(connection: socket.socket) -> None:
    with connection:
        try:
            while data := connection.recv(1000):
                connection.sendall(data)
        except ConnectionError:
            pass


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with connected(proxy) as opened:
        yield opened


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def hears(client: socket.socket, expected: bytes) -> bool:
    """True if just this arrives; False if nothing does for a while."""
    client.settimeout(SHORT_SECONDS)
    got = b""
    try:
        while len(got) < len(expected):
            got += client.recv(1000)
    except TimeoutError:
        assert not got
        return False
    finally:
        client.settimeout(5)
    return got == expected


def is_closed(client: socket.socket) -> bool:
    """Wait until the other side has closed it."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def test_bytes_pass_both_ways(client: socket.socket) -> None:
    client.sendall(b"hello")

    assert hears(client, b"hello")


def test_a_cut_closes_what_is_open_and_takes_what_is_new(proxy: Proxy, client: socket.socket) -> None:
    client.sendall(b"hello")
    assert hears(client, b"hello")

    proxy.cut()

    assert (is_closed(client), proxy.connections) == (True, 0)
    with connected(proxy) as another:
        another.sendall(b"again")
        assert hears(another, b"again")


def test_who_is_refused_can_come_again_after_the_healing(proxy: Proxy) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)

    proxy.heal()

    with connected(proxy) as client:
        client.sendall(b"hello")
        assert hears(client, b"hello")


def test_bytes_can_be_late(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(0.1)
    began = monotonic()

    client.sendall(b"hello")

    assert client.recv(5) == b"hello"
    assert monotonic() - began >= 0.2


@pytest.mark.parametrize("directions", [{"up": True, "down": False}, {"up": False, "down": True}])
def test_a_black_hole_holds_back_what_arrives_after_the_healing(
    directions: dict[str, bool], proxy: Proxy, client: socket.socket
) -> None:
    proxy.blackhole(**directions)
    client.sendall(b"hello")
    assert not hears(client, b"hello")
    with connected(proxy) as late:
        late.sendall(b"and me")
        assert not hears(late, b"and me")

        proxy.heal()

        assert hears(client, b"hello")
        assert hears(late, b"and me")


def test_a_black_hole_tells_nobody_of_a_close(proxy: Proxy, client: socket.socket) -> None:
    client.sendall(b"hello")
    assert hears(client, b"hello")
    proxy.blackhole(up=True, down=True)

    client.close()
    with pytest.raises(AssertionError):
        eventually(lambda: proxy.connections == 0, timeout=SHORT_SECONDS)

    proxy.heal()
    eventually(lambda: proxy.connections == 0)


CANCEL = Method(1, pika.spec.Basic.Cancel("tag", True)).marshal()
HEARTBEAT = b"\x08\x00\x00\x00\x00\x00\x00\xce"


def delivery(channel: int, body: bytes) -> bytes:
    deliver = pika.spec.Basic.Deliver("tag", 1, False, "", "key")
    header = Header(channel, len(body), pika.BasicProperties())
    return Method(channel, deliver).marshal() + header.marshal() + Body(channel, body).marshal()


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_swallowed_method_is_missing_and_all_else_is_whole(size: int) -> None:
    chosen = FrameFilter()
    chosen.swallow(BASIC_CANCEL)
    sieve = chosen.sieve()
    stream = delivery(1, b"one") + CANCEL + HEARTBEAT + delivery(2, b"two")

    passed = b"".join(sieve(stream[at : at + size]) for at in range(0, len(stream), size))

    assert passed == delivery(1, b"one") + HEARTBEAT + delivery(2, b"two")
    assert chosen.swallowed == [BASIC_CANCEL]


def test_what_a_swallowed_method_carries_is_swallowed_with_it() -> None:
    chosen = FrameFilter()
    chosen.swallow(BASIC_DELIVER)

    passed = chosen.sieve()(delivery(1, b"one") + HEARTBEAT + CANCEL)

    assert passed == HEARTBEAT + CANCEL


def test_after_the_healing_everything_passes() -> None:
    chosen = FrameFilter()
    chosen.swallow(BASIC_CANCEL)
    sieve = chosen.sieve()
    assert sieve(CANCEL) == b""

    chosen.swallow()

    assert sieve(CANCEL) == CANCEL
