"""`make up` takes containers where it can, processes elsewhere, and says why, within seconds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations import docker_engine
from operations.docker_engine import NoDocker, fetch_images, require_engine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command of this name, which a test fills in; nothing else is found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "docker"


def says(docker: Path, *lines: str) -> None:
    docker.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    docker.chmod(0o755)


def test_without_the_docker_command_there_is_no_engine(docker: Path) -> None:
    with pytest.raises(NoDocker, match=r"no Docker engine answers \(there is no docker command\)"):
        require_engine()


def test_an_engine_that_is_not_there_is_told_in_its_own_words(docker: Path) -> None:
    says(docker, "echo 'Cannot connect to the Docker daemon' >&2", "exit 1")

    with pytest.raises(NoDocker, match=r"no Docker engine answers \(Cannot connect to the Docker daemon\)"):
        require_engine()


def test_an_engine_that_hangs_is_not_waited_for(docker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_engine, "ANSWER_SECONDS", 0.2)
    says(docker, "exec /bin/sleep 60")

    with pytest.raises(NoDocker, match="no answer in"):
        require_engine()


def test_an_engine_without_compose_is_none(docker: Path) -> None:
    says(docker, '[ "$1" = version ]')

    with pytest.raises(NoDocker, match="no Docker Compose answers"):
        require_engine()


IMAGES = "if [ $1 = compose ]; then echo event-services:latest; echo redis:8; echo grafana/grafana:1; exit 0; fi"


def test_an_image_that_can_t_be_had_is_a_reason_but_not_that_of_a_console(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    says(docker, IMAGES, "case $* in *grafana*) echo 'no such host' >&2; exit 1;; esac")
    assert fetch_images() == ("grafana/grafana:1",)

    says(docker, IMAGES, "case $* in *redis*) echo 'no such host' >&2; exit 1;; esac")
    with pytest.raises(NoDocker, match=r"there is no image redis:8, and it can't be pulled \(no such host\)"):
        fetch_images()


def test_a_stack_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "operations.stack", "up"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STACK": "cloud"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (refused.returncode, refused.stderr) == (2, "STACK=cloud: there are STACK=docker and STACK=local\n")
