"""What `make check` says of the manifests: nothing wrong is taken for right, and nothing unchecked for checked."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deployment.kubernetes.__main__ import check, main
from tests.deployment.kubernetes.manifests import OVERLAYS, Object, manifests
from tests.deployment.kubernetes.schemas import NoSchema, problems


def one_of_each_kind() -> dict[str, Object]:
    return {each["kind"]: each for overlay in OVERLAYS for each in manifests(overlay)}


def misspelled(found: Any) -> Iterator[Object]:
    """The same object again and again, each time with another field of its spec misspelled."""
    for path in fields(found["spec"], ("spec",)):
        bent = copy.deepcopy(found)
        place = bent
        for step in path[:-1]:
            place = place[step]
        place[f"{path[-1]}s"] = place.pop(path[-1])
        yield bent


def fields(found: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    free = {"labels", "annotations", "matchLabels", "data", "stringData", "requests", "limits", "metadata"}
    children = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in children:
        if isinstance(key, str):
            yield (*path, key)
        if key not in free:
            yield from fields(value, (*path, key))


def test_all_that_an_overlay_makes_is_valid() -> None:
    for overlay in OVERLAYS:
        assert [line for each in manifests(overlay) for line in problems(each)] == []


@pytest.mark.parametrize("kind", ["Deployment", "Job", "NetworkPolicy", "Ingress", "ScaledObject", "PodMonitor"])
def test_a_field_that_is_misspelled_is_told_wherever_it_stands(kind: str) -> None:
    of_kind = one_of_each_kind()[kind]
    bent = list(misspelled(of_kind))

    assert len(bent) >= 10
    assert [each for each in bent if not problems(each)] == []


def test_every_mistake_of_an_object_is_told() -> None:
    twice = copy.deepcopy(one_of_each_kind()["Deployment"])
    twice["spec"]["replica"] = 2
    twice["spec"]["template"]["spec"]["containers"][0]["imagePullpolicy"] = "Always"

    assert len(problems(twice)) == 2


def test_a_kind_that_nobody_knows_is_not_taken_for_valid(capsys: pytest.CaptureFixture[str]) -> None:
    strange = {"apiVersion": "example.com/v1", "kind": "Strange", "metadata": {"name": "x"}}

    with pytest.raises(NoSchema):
        problems(strange)

    assert check("somewhere", (strange,)) == 0
    assert "UNCHECKED, no schema is here: x, Strange (example.com/v1)" in capsys.readouterr().out


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_without_kubectl_that_is_told_and_ci_fails(
    ci: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", ci)

    assert main() == status
    assert capsys.readouterr().out == (
        "manifests: kubectl is missing: install it (Debian trixie: kubernetes-client); nothing was checked\n"
    )
