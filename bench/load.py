"""The load generator: requests over kept-alive connections, by one thread, with as little work as possible.

    python -m bench.load        (asked by `bench.program`)

Closed: each connection sends its next request when it has the answer to the last. Paced: a request leaves when its
time has come, and is measured from then also if no connection was free, so that a server that stalls is not excused.
"""

import selectors
import socket
from collections import deque
from collections.abc import Iterator
from time import process_time, time
from typing import Any
from uuid import uuid4

from bench.program import answer


class Exchange:
    """A connection and what is under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._expected = 0
        self._sent_at = 0.0

    def send(self, request: bytes, sent_at: float) -> None:
        """Send a request."""
        self._received, self._expected, self._sent_at = b"", 0, sent_at
        self.socket.sendall(request)

    def receive(self) -> tuple[float, float, int, str] | None:
        """When it was sent and answered, status and body; None until all of it is there."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError(f"closed after {self._received!r}")
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        if len(body) < _length(head):
            return None
        return self._sent_at, time(), int(head.split(b" ", 2)[1]), body.decode()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError(f"without content-length: {head!r}")


def requests(path: str, bodies: list[str], tokens: list[str], number: int) -> Iterator[bytes]:
    """POST requests with JSON, the bodies and tokens in turn, each with a key of its own."""
    for index in range(number):
        body = bodies[index % len(bodies)].encode()
        authorization = f"Authorization: Bearer {tokens[index % len(tokens)]}\r\n" if tokens else ""
        yield (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}Content-Type: application/json\r\n"
            f"Idempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def load(
    *, port: int, number: int, connections: int, path: str, bodies: list[str], tokens: list[str], rate: float = 0
) -> dict[str, Any]:
    """Send so many requests, and tell of each answer when it was sent and received, its status and body.

    ``rate`` is in requests a second; 0 is as fast as the answers come.
    """
    prepared = list(requests(path, bodies, tokens, number))
    with selectors.DefaultSelector() as selector:
        everyone = [Exchange(port) for _ in range(connections)]
        for each in everyone:
            selector.register(each.socket, selectors.EVENT_READ, each)
        began, cpu = time(), process_time()
        answers = _exchange(prepared, everyone, selector, began, rate)
        cpu = process_time() - cpu
    for each in everyone:
        each.socket.close()
    return {"began": began, "ended": max(each[1] for each in answers), "cpu": cpu, "answers": answers}


def _exchange(
    prepared: list[bytes], everyone: list[Exchange], selector: selectors.BaseSelector, began: float, rate: float
) -> list[tuple[float, float, int, str]]:
    # In turn, so that none is idle for so long that the server closes it.
    idle = deque(everyone)
    answers: list[tuple[float, float, int, str]] = []
    sent = 0
    while len(answers) < len(prepared):
        due = began + sent / rate if rate else 0.0
        while idle and sent < len(prepared) and due <= time():
            idle.popleft().send(prepared[sent], due or time())
            sent += 1
            due = began + sent / rate if rate else 0.0
        pause = max(0.0, due - time()) if idle and sent < len(prepared) else None
        for key, _ in selector.select(pause):
            if (received := key.data.receive()) is not None:
                answers.append(received)
                idle.append(key.data)
    return answers


if __name__ == "__main__":
    answer(load)
