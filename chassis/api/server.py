"""Serving an application: one process with threads, and more processes for more load."""

import socket

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from chassis.api.leaving import leave_slowly
from chassis.observability import logs
from chassis.settings import Settings

BACKLOG = 1024


def serve(service: str, target: str, settings: Settings) -> None:
    """Answer until SIGTERM and a moment longer; requests in hand are finished first, all within the drain budget.

    ``target`` names a factory of the application, ``module:function``. OSError if the port is taken.
    """
    # Granian would share it, and half of the requests would go to whoever else is there.
    socket.create_server((settings.bind_host, settings.port)).close()
    server = MPServer(
        target,
        factory=True,
        address=settings.bind_host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.api_threads,
        backlog=BACKLOG,
        websockets=False,
        workers_kill_timeout=max(1, round(settings.drain_seconds - settings.shutdown_delay_seconds)),
        log_level=LogLevels(settings.log_level),
        log_dictconfig=logs.of_libraries(settings.log_format, service=service, process="api"),
    )
    leave_slowly(server, settings.shutdown_delay_seconds)
    server.serve()
