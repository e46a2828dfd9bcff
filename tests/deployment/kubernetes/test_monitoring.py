"""Prometheus finds every process under the labels that its rules ask for, and scaling asks for what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from chassis.messaging import gauges as queues
from chassis.store import gauges as stores
from operations.prometheus_rule import prometheus_rule
from tests.deployment.kubernetes.manifests import (
    COMPONENT,
    FOLDER,
    Object,
    is_selected,
    labels,
    manifests,
    of_kind,
    process,
    processes,
    workloads,
)
from tests.deployment.kubernetes.relabeling import as_prometheus_has_it, targets
from tests.observability.test_prometheus_files import DASHBOARDS, DEPLOYED, RULES, promtool

SERVICES = ["user_service", "order_service"]


def monitor() -> Object:
    (found,) = of_kind(manifests("production"), "PodMonitor").values()
    return dict(found["spec"])


def expected(name: str) -> dict[str, str]:
    """What a process is to Prometheus."""
    service, role = name.split("-")
    return {"service": f"{service}_service", "process": role}


def test_the_operator_s_rules_are_those_of_prometheus() -> None:
    written = (FOLDER / "components" / "monitoring" / "prometheus-rule.yaml").read_text()
    groups = [group for file in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]]

    assert written == prometheus_rule(), "run: python -m operations.prometheus_rule"
    assert yaml.safe_load(written)["spec"]["groups"] == groups


def test_the_operator_s_prometheus_sees_each_process_and_no_migration() -> None:
    found = monitor()
    (endpoint,) = found["podMetricsEndpoints"]

    seen = {name for name, each in workloads("production").items() if is_selected(found["selector"], labels(each))}
    assert seen == set(processes("production"))
    for name, workload in processes("production").items():
        assert endpoint["port"] in {port["name"] for port in process(workload)["ports"]}
        rules = as_prometheus_has_it(endpoint["relabelings"])
        assert targets(rules, labels(workload), "http") == expected(name)


def test_the_alerts_ask_for_the_job_that_the_operator_names() -> None:
    asked = set(re.findall(r'job="([^"]*)"', (RULES / "alerts.yml").read_text()))

    assert asked == {labels(each)[monitor()["jobLabel"]] for each in processes("production").values()}


def test_a_prometheus_without_operator_sees_the_same() -> None:
    (job,) = yaml.safe_load((DEPLOYED / "prometheus.kubernetes.yml").read_text())["scrape_configs"]
    ((selector,),) = (discovery["selectors"] for discovery in job["kubernetes_sd_configs"])
    key, _, value = selector["label"].partition("=")

    for name, workload in workloads("production").items():
        assert labels(workload)[key] == value
        found = targets(job["relabel_configs"], labels(workload), "http")
        if labels(workload)[COMPONENT] != "migrate":
            assert found is not None
            assert found.items() >= expected(name).items()


def test_every_dashboard_comes_along() -> None:
    found = {
        file
        for each in of_kind(manifests("production"), "ConfigMap").values()
        if each["metadata"].get("labels", {}).get("grafana_dashboard") == "1"
        for file in each["data"]
    }

    assert found == {path.name for path in DASHBOARDS.glob("*.json")}


def query(service: str) -> str:
    """What the workers of a service are scaled by."""
    scaler = of_kind(manifests("production"), "ScaledObject")[f"{service.partition('_')[0]}-worker"]
    (trigger,) = scaler["spec"]["triggers"]
    return str(trigger["metadata"]["query"])


@pytest.mark.parametrize("service", SERVICES)
def test_workers_are_scaled_by_what_waits_is_in_hand_or_on_its_way(service: str, tmp_path: Path) -> None:
    other = next(each for each in SERVICES if each != service)
    told = {
        # Both relays look at the queues, the one that stands by too.
        f'queue_messages{{service="{service}", process="relay", pod="a", queue="{service}", kind="main"}}': 700,
        f'queue_messages{{service="{service}", process="relay", pod="b", queue="{service}", kind="main"}}': 690,
        f'queue_messages{{service="{service}", process="relay", pod="a", queue="{service}.dead", kind="dead"}}': 9000,
        f'queue_messages{{service="{service}", process="relay", pod="a", queue="{service}.r", kind="retry"}}': 8000,
        f'queue_messages{{service="{other}", process="relay", pod="c", queue="{other}", kind="main"}}': 7000,
        f'deliveries_in_flight{{service="{service}", process="worker", pod="d"}}': 20,
        f'deliveries_in_flight{{service="{service}", process="worker", pod="e"}}': 30,
        f'outbox_waiting{{service="{other}", process="relay", pod="c"}}': 250,
        f'outbox_waiting{{service="{service}", process="relay", pod="a"}}': 6000,
    }  # fmt: skip

    asserted(query(service), told, [{"labels": "{}", "value": 1000}], tmp_path)


@pytest.mark.parametrize("unknown", ["queue_messages", "deliveries_in_flight", "outbox_waiting"])
@pytest.mark.parametrize("service", SERVICES)
def test_what_prometheus_does_not_know_is_no_zero_and_calls_for_the_fallback(
    service: str, unknown: str, tmp_path: Path
) -> None:
    scaler = of_kind(manifests("production"), "ScaledObject")[f"{service.partition('_')[0]}-worker"]["spec"]
    other = next(each for each in SERVICES if each != service)
    told = {
        f'queue_messages{{service="{service}", process="relay", queue="{service}", kind="main"}}': 700,
        f'deliveries_in_flight{{service="{service}", process="worker"}}': 50,
        f'outbox_waiting{{service="{other}", process="relay"}}': 250,
    }

    asserted(query(service), {name: told[name] for name in told if not name.startswith(unknown)}, [], tmp_path)

    (trigger,) = scaler["triggers"]
    assert trigger["metadata"]["ignoreNullValues"] == "false"
    assert scaler["minReplicaCount"] <= scaler["fallback"]["replicas"] <= scaler["maxReplicaCount"]


def asserted(expression: str, told: dict[str, int], answer: list[dict[str, Any]], folder: Path) -> None:
    """Let promtool ask a Prometheus that has our rules and these series."""
    test = {
        "interval": "15s",
        "input_series": [{"series": name, "values": f"{value}x20"} for name, value in told.items()],
        "promql_expr_test": [{"expr": expression, "eval_time": "2m", "exp_samples": answer}],
    }
    content = {"rule_files": [str(RULES / "*.yml")], "evaluation_interval": "15s", "tests": [test]}
    (folder / "test.yml").write_text(yaml.safe_dump(content))
    promtool("test", "rules", folder / "test.yml")


@pytest.mark.parametrize("service", SERVICES)
def test_scaling_asks_for_numbers_that_the_code_tells(service: str) -> None:
    recorded = {
        rule["record"]: rule["expr"]
        for group in yaml.safe_load((RULES / "recording.yml").read_text())["groups"]
        for rule in group["rules"]
    }
    told = {family.name for family in REGISTRY.collect()} | {*queues.QUEUES, *stores.OUTBOX}

    asked = {
        name
        for expression in [recorded.get(name, name) for name in re.findall(r"([a-z_:]+)\{", query(service))]
        for name in re.findall(r"(?:\()?\b([a-z_]+)\)?$", expression)
    }

    assert len(asked) == 3
    assert asked <= told


def test_workers_are_more_before_anybody_is_called_for_it() -> None:
    (alert,) = re.findall(r"queue_messages:max\{kind=\"main\"\} > (\d+)", (RULES / "alerts.yml").read_text())

    for scaler in of_kind(manifests("production"), "ScaledObject").values():
        (trigger,) = scaler["spec"]["triggers"]
        assert int(trigger["metadata"]["threshold"]) * scaler["spec"]["minReplicaCount"] <= int(alert)
