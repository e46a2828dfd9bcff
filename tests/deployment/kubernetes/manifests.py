"""The manifests, as `kubectl kustomize` makes them of each overlay."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from tests.missing import skip_or_fail
from tests.stack import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("dev", "production")
#: Of kustomize, which is in kubectl: older ones know no components.
OLDEST = (5, 0)
COMPONENT = "app.kubernetes.io/component"
NAME = "app.kubernetes.io/name"

Object = dict[str, Any]


def why_unbuildable() -> str | None:
    """What is missing here to make manifests; None where all is there."""
    if not shutil.which("kubectl"):
        return "kubectl is missing: install it (Debian trixie: kubernetes-client)"
    shown = subprocess.run(["kubectl", "version", "--client", "-o", "json"], capture_output=True, check=False)
    version = json.loads(shown.stdout or b"{}").get("kustomizeVersion", "v0.0")
    if tuple(int(part) for part in version.strip("v").split(".")[:2]) < OLDEST:
        return f"kubectl is too old: its kustomize is {version}, and has to be v5 or newer"
    return None


@cache
def build(overlay: str) -> tuple[Object, ...]:
    """All objects of an overlay; ValueError, with what kubectl says, where it can't make them."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER / "overlays" / overlay)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ValueError(done.stderr.strip())
    return tuple(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))  # a safe one, and quicker


@cache
def manifests(overlay: str) -> tuple[Object, ...]:
    """The same for a test, which is skipped where kubectl is missing."""
    return build(overlay) if (missing := why_unbuildable()) is None else skip_or_fail(missing)


def examples() -> dict[str, tuple[Object, ...]]:
    """What lies beside the overlays: file -> its objects."""
    files = sorted((FOLDER / "examples").glob("*.yaml"))
    return {file.name: tuple(yaml.safe_load_all(file.read_text())) for file in files}


def of_kind(objects: Iterable[Object], *kinds: str) -> dict[str, Object]:
    """The objects of these kinds, by name."""
    return {each["metadata"]["name"]: each for each in objects if each["kind"] in kinds}


def workloads(overlay: str) -> dict[str, Object]:
    """What runs our image: Deployments and Jobs, by name."""
    return of_kind(manifests(overlay), "Deployment", "Job")


def processes(overlay: str) -> dict[str, Object]:
    """The Deployments of ours, by name, such as user-api."""
    return of_kind(manifests(overlay), "Deployment")


def pod(workload: Object) -> Object:
    """The pod that a workload makes: metadata and spec."""
    found: Object = workload["spec"]["template"]
    return found


def labels(workload: Object) -> dict[str, str]:
    """The labels of its pods."""
    found: dict[str, str] = pod(workload)["metadata"]["labels"]
    return found


def process(workload: Object) -> Object:
    """The container that does its work."""
    (found,) = pod(workload)["spec"]["containers"]
    return dict(found)


def containers(workload: Object) -> Iterator[Object]:
    """All of its containers, those too that run before."""
    spec = pod(workload)["spec"]
    yield from spec.get("initContainers", [])
    yield from spec["containers"]


def environment(overlay: str, container: Object) -> dict[str, str]:
    """What the container finds in its environment."""
    settings = of_kind(manifests(overlay), "ConfigMap")
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        found |= settings[source["configMapRef"]["name"]]["data"]
    return found | {each["name"]: each["value"] for each in container.get("env", [])}


def is_selected(selector: Object, found: dict[str, str]) -> bool:
    """True if a label selector takes these labels; an empty one takes all."""
    return all(found.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        _fulfils(rule, found) for rule in selector.get("matchExpressions", [])
    )


def _fulfils(rule: Object, found: dict[str, str]) -> bool:
    assert rule["operator"] == "In", f"{rule}: nobody has said here what this means"
    return found.get(rule["key"]) in rule["values"]
