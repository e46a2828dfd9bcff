"""The processes get every setting that there is, none that there isn't, and can start on what they get."""

import base64
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.cli import commands
from chassis.service import Service
from chassis.settings import Settings, SettingsWrong
from tests.deployment.certificates import Authority
from tests.deployment.kubernetes.manifests import (
    NAME,
    OVERLAYS,
    Object,
    containers,
    environment,
    examples,
    labels,
    manifests,
    of_kind,
    pod,
    process,
    processes,
    workloads,
)
from tests.deployment.settings_of_code import OF_ONE_MACHINE, asked
from tests.stack import ROOT
from tests.stores import ORDERS, USERS
from user_service.cli import command_line as user_commands

SERVICES = {"user-service": USERS, "order-service": ORDERS}
WORKLOADS = [f"{service}-{role}" for service in ("user", "order") for role in ("api", "worker", "relay", "migrate")]
#: What stands in the Secrets of a real place, as examples/secrets.yaml describes it.
REAL = {
    "database-url": "postgresql+psycopg://a:b@postgresql-rw.postgresql.svc/a?sslmode=verify-full",
    "broker-url": "amqps://a:b@rabbitmq.rabbitmq.svc:5671/event-services",
    "redis-url": "redis://:b@redis.redis.svc:6379/0",
    "smtp-url": "smtp://a:b@mail.example.com:587",
}

pytestmark = [pytest.mark.parametrize("overlay", OVERLAYS)]


def named(overlay: str, name: str) -> Object:
    """A workload by the name that it has in any release."""
    (found,) = (each for own, each in workloads(overlay).items() if own.startswith(name))
    return found


def secrets(overlay: str, secret: str) -> dict[str, str]:
    """What the overlay's Secret holds, or a real one would."""
    found = of_kind(manifests(overlay), "Secret").get(secret)
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()} if found else REAL


def mounted(overlay: str, workload: Object, container: Object, root: Path) -> None:
    """Lay out below the root what the container finds in its volumes."""
    volumes = {volume["name"]: volume for volume in pod(workload)["spec"]["volumes"]}
    for mount in container["volumeMounts"]:
        folder = root / mount["mountPath"].strip("/")
        folder.mkdir(parents=True)
        volume = volumes[mount["name"]]
        if "secret" in volume:
            content = secrets(overlay, volume["secret"]["secretName"])
            for item in volume["secret"]["items"]:
                (folder / item["path"]).write_text(content[item["key"]])
        elif "configMap" in volume:
            assert volume["configMap"]["name"] == "authorities"
            Authority(root, "authority").file.rename(folder / "ca.crt")


def started(
    overlay: str, name: str, container: Object, root: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Service, Settings]:
    """The settings that a container of the workload would start with; SettingsWrong if it would not start."""
    workload = named(overlay, name)
    mounted(overlay, workload, container, root)
    for setting in [*asked()[0], *OF_ONE_MACHINE]:
        monkeypatch.delenv(setting, raising=False)
        monkeypatch.delenv(f"{setting}_FILE", raising=False)
    for setting, value in environment(overlay, container).items():
        monkeypatch.setenv(setting, value.replace("/run/", f"{root}/run/"))
    monkeypatch.chdir(root)
    service = SERVICES[labels(workload)[NAME]]
    return service, service.settings()


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_container_finds_what_it_needs_to_start(
    overlay: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for container in containers(named(overlay, name)):
        root = tmp_path / container["name"]
        root.mkdir()
        _, settings = started(overlay, name, container, root, monkeypatch)

        assert settings.database_url.startswith("postgresql+psycopg://")
        is_own = settings.broker.url.partition("@")[2].startswith("rabbitmq")
        assert is_own == (container["name"] == "process" and name.endswith(("worker", "relay")))


def test_every_setting_of_the_code_is_given_to_some_process(overlay: str) -> None:
    found = {
        name.removesuffix("_FILE") if name.removesuffix("_FILE") in asked()[1] else name
        for workload in processes(overlay).values()
        for name in environment(overlay, process(workload))
    }

    # No mail leaves a cluster of one's own.
    assert asked()[0] - found == ({"SMTP_URL"} if overlay == "dev" else set())


def test_nothing_is_set_that_the_code_does_not_know(overlay: str) -> None:
    known, secret = asked()
    given = {
        name
        for workload in workloads(overlay).values()
        for each in containers(workload)
        for name in environment(overlay, each)
    }

    assert given - known - {f"{name}_FILE" for name in secret} == set()


def test_no_secret_stands_among_the_settings(overlay: str) -> None:
    for workload in workloads(overlay).values():
        for container in containers(workload):
            assert asked()[1].isdisjoint(environment(overlay, container))


@pytest.mark.parametrize("name", [name for name in WORKLOADS if not name.endswith("migrate")])
def test_the_port_that_is_told_is_the_one_that_the_process_listens_on(
    overlay: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workload = named(overlay, name)

    _, settings = started(overlay, name, process(workload), tmp_path, monkeypatch)

    listens = {"api": settings.port, "worker": settings.worker_port, "relay": settings.relay_port}
    assert [port["containerPort"] for port in process(workload)["ports"]] == [listens[name.split("-")[1]]]


def test_what_a_container_runs_is_a_command_that_there_is(overlay: str) -> None:
    programs = {"user-service": user_commands(), "order-service": commands(ORDERS)}
    for workload in workloads(overlay).values():
        for container in containers(workload):
            program, *arguments = container["args"]
            assert program == labels(workload)[NAME]
            shown = CliRunner().invoke(programs[program], [*arguments, "--help"])
            assert shown.exit_code == 0, shown.output


def test_an_example_of_a_secret_is_one_on_which_nothing_starts(
    overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = {
        (each["metadata"]["name"], key): value
        for each in examples()["secrets.yaml"]
        if each["kind"] == "Secret"
        for key, value in each["stringData"].items()
    }
    asked_for = {
        (volume["secret"]["secretName"], item["key"])
        for workload in workloads("production").values()
        for volume in pod(workload)["spec"]["volumes"]
        if "secret" in volume
        for item in volume["secret"]["items"]
    }

    assert set(placed) == asked_for
    for (secret, key), value in placed.items():
        service = SERVICES[secret]
        own = f"{service.defaults.prefix}_DATABASE_URL" if key == "database-url" else key.replace("-", "_").upper()
        monkeypatch.setenv(own, value)
        with pytest.raises(SettingsWrong, match=f"^{own}: "):
            service.settings()
        monkeypatch.delenv(own)


def test_the_page_says_what_has_to_be_there(overlay: str) -> None:
    page = (ROOT / "deploy" / "kubernetes" / "README.md").read_text()
    rows = dict(re.findall(r"^\| Secret `([\w-]+)` \| (.*) \|$", page, re.MULTILINE))

    for secret, told in rows.items():
        (found,) = (each for each in examples()["secrets.yaml"] if each["metadata"]["name"] == secret)
        assert set(re.findall(r"`([\w-]+)`", told)) == set(found["stringData"])
