"""Programs that publish by means of a peer: messages alone, or each after its row was committed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.peers.listings import CONNECTIONS, listing, store
from bench.program import answer


def answer_by(send: Callable[[dict[str, Any]], object]) -> None:
    """Lay or publish as many as asked, on as many threads as the limit has connections.

    ``send`` returns when the broker has confirmed the message.
    """

    def publish(message: dict[str, Any]) -> None:
        # A crash between the two loses the event.
        store(message)
        send(message)

    with ThreadPoolExecutor(CONNECTIONS) as threads:

        def do(*, what: str, number: int) -> int:
            way = {"lay": send, "publish": publish}[what]
            return len(list(threads.map(way, (listing() for _ in range(number)))))

        answer(do)
