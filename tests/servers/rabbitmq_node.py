"""A RabbitMQ of our own, of Debian's package, that a test may configure, command, kill and start again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.conformance.raw_client import Hangup, raw_client
from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
START_SECONDS = 90
HOSTS_AT_ONCE = 10
#: How often it looks whether an ack is overdue; by itself once a minute, and rabbitmq.conf has no word for it.
TICK = "-rabbit channel_tick_interval 500"


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return (PROGRAMS / "rabbitmq-server").exists()


class RabbitMQNode:
    """Own node, own ports, own folder, nothing of the package's service. Its data outlive a kill.

    ``configuration`` are lines of its rabbitmq.conf.
    """

    def __init__(self, *configuration: str) -> None:
        self._instance = PrivateInstance("rabbitmq")
        self.port, distribution, epmd = free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self._environment = _environment(self._instance.folder, self.port, distribution, epmd)
        lines = ("disk_free_limit.absolute = 50MB", *configuration)
        (self._instance.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        self._instance.spawn(["epmd", "-port", str(epmd), "-address", "127.0.0.1"], self._environment)
        self._server: subprocess.Popen[bytes] | None = None
        self._hosts: list[str] = []

    def start(self) -> None:
        """Start it, on the same port each time, and return when it answers; without effect if it runs."""
        if self._server is not None:
            return
        self._server = server = self._instance.spawn([str(PROGRAMS / "rabbitmq-server")], self._environment)

        def up() -> bool:
            assert server.poll() is None, self._instance.log()
            return answers(self.url)

        eventually(up, timeout=START_SECONDS)

    @property
    def pid(self) -> int:
        """Of its first process, while it runs."""
        assert self._server is not None
        return self._server.pid

    def kill(self) -> None:
        """SIGKILL; without effect if it doesn't run."""
        if self._server is not None:
            self._instance.end(self._server, signal.SIGKILL)
            self._server = None

    def ctl(self, *arguments: str) -> str:
        """Run ``rabbitmqctl`` against it, and tell what it printed."""
        command = [str(PROGRAMS / "rabbitmqctl"), "--quiet", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move_to_a_fresh_host(self) -> None:
        """Let ``url`` lead to a virtual host on which nothing ever was.

        RabbitMQ 3.10 was seen not to bring up a quorum queue after a kill, if one of that name had been deleted and
        made again before. Several at once, since its tool takes two seconds to start.
        """
        if not self._hosts:
            self._hosts = [f"fresh-{uuid4().hex}" for _ in range(HOSTS_AT_ONCE)]
            for_each = f"""lists:foreach(fun(Host) ->
                rabbit_vhost:add(Host, <<"tests">>),
                rabbit_auth_backend_internal:set_permissions(
                    <<"guest">>, Host, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)
                end, [{", ".join(f'<<"{host}">>' for host in self._hosts)}])."""
            self.ctl("eval", for_each)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/{self._hosts.pop()}"

    def remove(self) -> None:
        """End it, and remove its data."""
        self._instance.stop()


@contextmanager
def running_node(*configuration: str) -> Iterator[RabbitMQNode]:
    """A started node, gone at the end."""
    node = RabbitMQNode(*configuration)
    try:
        node.start()
        yield node
    finally:
        node.remove()


def answers(url: str) -> bool:
    """True if a RabbitMQ lets us in there."""
    # By hand: pika leaks a socket for each connection that fails.
    try:
        with raw_client(url) as client:
            client.open()
    except (AssertionError, Hangup, OSError):
        return False
    return True


def _environment(folder: Path, port: int, distribution: int, epmd: int) -> dict[str, str]:
    (folder / "plugins").write_text("[].\n")
    (folder / "env.conf").write_text("")
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"test-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": TICK,
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
    }
