"""What Prometheus makes of a pod by its rules of relabelling, as far as ours go: keep and replace."""

import re
from typing import Any


def targets(rules: list[dict[str, Any]], pod_labels: dict[str, str], port_name: str) -> dict[str, str] | None:
    """The labels of a pod's port as a target; None where it is not scraped."""
    found = {
        "__meta_kubernetes_pod_container_port_name": port_name,
        "__meta_kubernetes_pod_phase": "Running",
        "__meta_kubernetes_namespace": "event-services",
        "__meta_kubernetes_pod_name": "a-pod",
        **{
            f"__meta_kubernetes_pod_label_{re.sub(r'[^a-zA-Z0-9_]', '_', key)}": own
            for key, own in pod_labels.items()
        },
    }
    for rule in rules:
        value = ";".join(found.get(name, "") for name in rule["source_labels"])
        match = re.fullmatch(rule.get("regex", "(.*)"), value)
        action = rule.get("action", "replace")
        if action == "keep" and not match:
            return None
        if action == "replace" and match:
            found[rule["target_label"]] = match.expand(
                re.sub(r"\$\{?(\d+)\}?", r"\\g<\1>", rule.get("replacement", "$1"))
            )
        assert action in {"keep", "replace"}, f"{action}: nobody has said here what this means"
    return {name: value for name, value in found.items() if not name.startswith("__")}


def as_prometheus_has_it(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The operator's rules under Prometheus' names: sourceLabels is source_labels."""
    return [
        {re.sub(r"[A-Z]", lambda big: f"_{big[0].lower()}", key): value for key, value in each.items()}
        for each in rules
    ]
