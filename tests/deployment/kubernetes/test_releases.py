"""A release is named in few places that agree, and its migrations are its own."""

import tomllib

import pytest

from tests.deployment.kubernetes.manifests import OVERLAYS, containers, labels, manifests, of_kind, pod, workloads
from tests.stack import ROOT

VERSION = "app.kubernetes.io/version"


def version() -> str:
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return found


def test_production_runs_this_release_and_says_so() -> None:
    for name, workload in workloads("production").items():
        images = {container["image"].rpartition(":")[2] for container in containers(workload)}

        assert (images, labels(workload)[VERSION]) == ({version()}, version()), name


def test_a_release_has_migrations_of_its_own() -> None:
    own = {f"{each}-migrate-{version()}" for each in ("user", "order")}

    assert set(of_kind(manifests("production"), "Job")) == own


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_job_is_changed_by_nothing_but_a_release(overlay: str) -> None:
    settings = {name for name in of_kind(manifests(overlay), "ConfigMap", "Secret") if name.startswith("settings-")}
    assert settings, "their name has their content's hash"

    for job in of_kind(manifests(overlay), "Job").values():
        (container,) = pod(job)["spec"]["containers"]
        assert "envFrom" not in container
        assert settings.isdisjoint(str(job).replace("'", " ").split())


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_changed_setting_replaces_the_processes(overlay: str) -> None:
    for workload in of_kind(manifests(overlay), "Deployment").values():
        (source,) = pod(workload)["spec"]["containers"][0]["envFrom"]

        assert source["configMapRef"]["name"].startswith("settings-")


def test_production_brings_no_secret_and_no_server() -> None:
    kinds = {each["kind"] for each in manifests("production")}

    assert not kinds & {"Secret", "StatefulSet", "PersistentVolumeClaim"}
    assert set(of_kind(manifests("production"), "Deployment")) == {
        f"{service}-{role}" for service in ("user", "order") for role in ("api", "worker", "relay")
    }


def test_passwords_of_dev_are_in_no_other_place() -> None:
    assert "development" not in str(manifests("production"))
