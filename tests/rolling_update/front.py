"""nginx before the api processes, on addresses that stay the same whoever answers behind it."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")

# Nothing is asked twice: whatever fails behind the front is seen before it.
CONFIGURATION = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_next_upstream off;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
{services}
}}
"""
SERVICE = """
  upstream {service} {{ keepalive 16; {servers} }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{ proxy_pass http://{service}; }}
    location = /generation {{ return 200 "{generation}"; }}
  }}
"""


class Front:
    """One address for each service; ``behind`` says which ports answer for it."""

    def __init__(self, instance: PrivateInstance, services: tuple[str, ...]) -> None:
        self._instance = instance
        self._ports = dict(zip(services, free_ports(len(services)), strict=True))
        self._behind: dict[str, list[int]] = {service: [] for service in services}
        self._generation = 0
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, service: str) -> str:
        """Where callers find it."""
        return f"http://127.0.0.1:{self._ports[service]}"

    def add(self, service: str, port: int) -> None:
        """Let this port answer too."""
        self._behind[service].append(port)
        self._apply()

    def remove(self, service: str, port: int) -> None:
        """Send nobody there any more; whoever is there is answered."""
        self._behind[service].remove(port)
        self._apply()

    def _apply(self) -> None:
        if not all(self._behind.values()):
            return
        self._generation += 1
        self._write()
        if self._server is None:
            assert NGINX is not None
            self._server = self._instance.spawn([NGINX, "-c", str(self._instance.folder / "nginx.conf")], {})
        else:
            self._server.send_signal(signal.SIGHUP)
        eventually(self._is_applied, 20)

    def _write(self) -> None:
        services = "".join(
            SERVICE.format(
                service=service,
                port=self._ports[service],
                generation=self._generation,
                servers=" ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports),
            )
            for service, ports in self._behind.items()
        )
        text = CONFIGURATION.format(folder=self._instance.folder, services=services)
        (self._instance.folder / "nginx.conf").write_text(text)

    def _is_applied(self) -> bool:
        try:
            answers = [requests.get(f"{self.url(service)}/generation", timeout=2).text for service in self._ports]
        except requests.RequestException:
            return False
        return answers == [str(self._generation)] * len(answers)


@contextmanager
def front(*services: str) -> Iterator[Front]:
    """A front that begins to listen once each service has somebody behind it."""
    instance = PrivateInstance("nginx")
    try:
        yield Front(instance, services)
    finally:
        instance.stop()
