"""An AMQP 0-9-1 broker in one process, for a machine that has nothing but Python.

It promises that what it confirmed survives ``kill -9`` (and a power cut, as far as SQLite's ``synchronous=FULL`` on
this disk does), that it serves the loopback alone, and that it refuses with 540 (not implemented) what it doesn't do.
It is one node; a cluster is RabbitMQ's business.
"""

from broker.embedded.server import serve

__all__ = ["serve"]
