"""Whether the stack can run in containers here: an engine that answers, and images that are there or can be had."""

import subprocess  # nosec B404 # the docker command, which is on the path or not
from collections.abc import Iterable
from pathlib import Path

import click

ANSWER_SECONDS = 5.0
PULL_SECONDS = 900.0
OURS = "event-services"
#: A console for people: the stack is whole without it.
OPTIONAL = "grafana"
DOCKERFILE = Path("deploy/Dockerfile")


class NoDocker(Exception):
    """The stack can't run in containers here; why, in one line."""


def require_engine() -> None:
    """Return if engine and Compose answer within seconds; NoDocker says what does not."""
    for what, command in (("Docker engine", ("version",)), ("Docker Compose", ("compose", "version"))):
        if (problem := _problem(command, ANSWER_SECONDS)) is not None:
            raise NoDocker(f"no {what} answers ({problem})")


def fetch_images() -> tuple[str, ...]:
    """Have every image here, pulling what is missing; the optional ones that can't be had. NoDocker for any other."""
    absent = [image for image in _images() if _problem(("image", "inspect", image), ANSWER_SECONDS) is not None]
    return tuple(image for image in absent if not _fetched(image))


def _fetched(image: str) -> bool:
    click.echo(f"fetching {image} …")
    problem = _problem(("pull", "--quiet", image), PULL_SECONDS)
    if problem is not None and OPTIONAL not in image:
        raise NoDocker(f"there is no image {image}, and it can't be pulled ({problem})")
    return problem is None


def _images() -> Iterable[str]:
    named = _run(("compose", "config", "--images"), ANSWER_SECONDS)
    if named.returncode:
        raise NoDocker(_last_line(named.stderr))
    argument = next(line for line in DOCKERFILE.read_text().splitlines() if line.startswith("ARG PYTHON_IMAGE="))
    # What is sure to be needed first: who can't have it knows soon.
    images = dict.fromkeys([argument.partition("=")[2], *named.stdout.split()])
    return [image for image in images if not image.startswith(f"{OURS}:")]


def _problem(command: tuple[str, ...], seconds: float) -> str | None:
    try:
        done = _run(command, seconds)
    except OSError:
        return "there is no docker command"
    except subprocess.TimeoutExpired:
        return f"no answer in {seconds:.0f} seconds"
    return None if done.returncode == 0 else _last_line(done.stderr)


def _run(command: tuple[str, ...], seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # nosec B603, B607 # noqa: S603 - our own words
        ["docker", *command],  # noqa: S607 - wherever it is
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def _last_line(text: str) -> str:
    return next(reversed(text.strip().splitlines()), "it says nothing")
