"""What the processes of a stack tell on ``/metrics``."""

from collections.abc import Iterator

import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.stack import ROLES, Stack


def address(stack: Stack, service: str, role: str) -> str:
    """Host and port of a process of the stack."""
    setting = f"{service.upper()}_{'' if role == 'api' else role.upper() + '_'}PORT"
    return f"127.0.0.1:{stack.environment[setting]}"


def samples(stack: Stack, *, service: str | None = None, role: str | None = None) -> Iterator[Sample]:
    """Every sample of these processes, or of all."""
    for each in (service,) if service else ("user", "order"):
        for one in (role,) if role else ROLES:
            text = requests.get(f"http://{address(stack, each, one)}/metrics", timeout=20).text
            for family in text_string_to_metric_families(text):
                yield from family.samples


def total(stack: Stack, name: str, *, service: str | None = None, role: str | None = None, **labels: str) -> float:
    """The sum of all samples of this name with these labels."""
    return sum(
        sample.value
        for sample in samples(stack, service=service, role=role)
        if sample.name == name and labels.items() <= sample.labels.items()
    )
