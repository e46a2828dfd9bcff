"""One look at the running system: every process's own word, and the broker's, asked without changing anything."""

import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from broker import topology
from broker.depths import depths
from broker.errors import BrokerUnavailable
from chassis.api.tracing import PROBES
from chassis.settings import Settings

ADDRESS = "127.0.0.1"
ANSWER_SECONDS = 2.0
SERVICES = ("user_service", "order_service")


@dataclass(frozen=True)
class Process:
    """What one process says of itself."""

    service: str
    role: str
    #: Host and port.
    address: str
    #: ``ready``, or why not.
    state: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Look:
    """What was found at one moment."""

    at: float
    processes: tuple[Process, ...]
    #: Messages that are ready in each queue; None where there is no such queue.
    depths: Mapping[str, int | None]
    #: Why the broker could not be asked, or empty.
    broker_problem: str

    def found(self, name: str, **labels: str) -> Iterator[float]:
        """The values of every sample of this name with these labels; ``service`` is whose process told it.

        Requests by who looks after the services, as we do here, are left out.
        """
        service = labels.pop("service", None)
        for process in self.processes:
            if service in {None, process.service}:
                for sample in process.samples:
                    is_probe = sample.labels.get("route") in PROBES
                    if sample.name == name and not is_probe and labels.items() <= sample.labels.items():
                        yield sample.value

    def total(self, name: str, **labels: str) -> float:
        """What the processes counted, together."""
        return sum(self.found(name, **labels))

    def most(self, name: str, **labels: str) -> float | None:
        """What the processes see of one thing; None where nobody can tell."""
        return max(self.found(name, **labels), default=None)

    @property
    def is_well(self) -> bool:
        """True if everybody answers and is ready."""
        return not self.broker_problem and all(process.state == "ready" for process in self.processes)


#: The hosts on which a service's processes of one role run.
Hosts = Callable[[str, str], list[str]]


def on_this_machine(_service: str, _role: str) -> list[str]:
    """One of each."""
    return [ADDRESS]


def in_containers(service: str, role: str) -> list[str]:
    """As many as answer to the name, such as ``user-api``; a name that nobody has stands for itself."""
    name = f"{service.removesuffix('_service')}-{role}"
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except OSError:
        return [name]


def look(settings: tuple[Settings, Settings], hosts: Hosts = on_this_machine) -> Look:
    """Ask them all at once; who doesn't answer in two seconds is told as such."""
    asked = [
        (service, role, f"{host}:{port}")
        for service, chosen in zip(SERVICES, settings, strict=True)
        for role, port in (("api", chosen.port), ("worker", chosen.worker_port), ("relay", chosen.relay_port))
        for host in hosts(service, role)
    ]
    with ThreadPoolExecutor(len(asked)) as pool:
        processes = tuple(pool.map(lambda each: _process(*each), asked))
    found, problem = _depths(settings[0])
    return Look(monotonic(), processes, found, problem)


def _process(service: str, role: str, address: str) -> Process:
    try:
        state, text = _state(address), _get(address, "/metrics")
        samples = tuple(sample for family in text_string_to_metric_families(text) for sample in family.samples)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Process(service, role, address, f"does not answer: {reason}", ())
    return Process(service, role, address, state, samples)


def _state(address: str) -> str:
    try:
        _get(address, "/readyz")
    except urllib.error.HTTPError as error:
        return f"not ready ({error.code})"
    return "ready"


def _get(address: str, path: str) -> str:
    with urllib.request.urlopen(f"http://{address}{path}", timeout=ANSWER_SECONDS) as answer:  # nosec B310 # our own services
        return str(answer.read().decode())


def _depths(chosen: Settings) -> tuple[Mapping[str, int | None], str]:
    delays = chosen.broker.retry_delays_seconds
    queues = [queue.name for service in SERVICES for queue in topology.queues(service, delays)]
    try:
        return depths(chosen.broker, queues), ""
    except BrokerUnavailable as error:
        return {}, str(error)
