"""The Helm chart, rendered by Helm's own engine and held against the schemas of Kubernetes."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest
import yaml
from helm_python.chart import Chart, lint

from verbonden.commands import ROOT

CHART = ROOT / "deploy" / "helm" / "verbonden"
VERSIONS = ("1.29", "1.34")
LEAST = {"publicUrl": "https://verbonden.example.nl", "images": {"app": "verbonden-app", "rasa": "verbonden-rasa"}}
MOST = {
    **LEAST,
    "images": {**LEAST["images"], "pullSecrets": [{"name": "registry"}]},  # type: ignore[dict-item]
    "settings": {"VERBONDEN_SESSION_MESSAGES": 12, "ZAAKSYSTEEM_URL": "https://zaken.example.nl"},
    "redis": {"host": "redis.example.nl", "port": 6380, "tls": True, "included": False},
    "database": {"cidrs": ["10.1.2.0/24"]},
    "ingress": {"className": "nginx", "tlsSecret": "certificaat", "annotations": {"a/b": "c"},
                "from": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}]},
}
Resource = dict[str, Any]


def rendered(values: dict[str, Any]) -> list[Resource]:
    """What Helm would give to Kubernetes."""
    with Chart.load(CHART) as chart:
        files = chart.render(values=values, name="demo", namespace="verbonden")
    text = "\n---\n".join(files.values()) if isinstance(files, dict) else str(files)
    return [one for one in yaml.safe_load_all(text) if one]


@pytest.fixture(scope="module", params=[LEAST, MOST], ids=["least", "most"])
def resources(request: pytest.FixtureRequest) -> list[Resource]:
    """All resources."""
    return rendered(request.param)


def of_kind(resources: list[Resource], kind: str) -> dict[str, Resource]:
    """Those of one kind, by name."""
    return {one["metadata"]["name"]: one for one in resources if one["kind"] == kind}


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_every_resource(resources: list[Resource], version: str) -> None:
    for one in resources:
        kubernetes_validate.validate(one, version, strict=True)
    kinds = [one["kind"] for one in resources]
    assert {"Deployment", "Service", "ConfigMap", "Ingress", "NetworkPolicy", "PodDisruptionBudget"} == set(kinds)


def test_helm_has_no_complaint() -> None:
    found = lint(CHART, values=LEAST)
    assert not [message for message in found.get("messages") or [] if message.get("severity", 0) >= 2], found


def test_what_must_be_set_is_asked_for() -> None:
    with pytest.raises(Exception, match="publicUrl must be set"):
        rendered({})


def test_no_container_is_root_or_writes_its_own_files(resources: list[Resource]) -> None:
    for name, deployment in of_kind(resources, "Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"], name
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            own = container["securityContext"]
            assert own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"], name
            assert own["capabilities"]["drop"] == ["ALL"], name
            assert container["resources"]["limits"]["memory"] and container["resources"]["requests"]["cpu"], name
        assert all(container["readinessProbe"] and container["livenessProbe"] for container in pod["containers"])


def test_only_the_gateways_reach_rasa(resources: list[Resource]) -> None:
    labels = {name: one["spec"]["template"]["metadata"]["labels"] for name, one in of_kind(resources, "Deployment").items()}
    policies = of_kind(resources, "NetworkPolicy")

    def selects(selector: Resource, pod: dict[str, str]) -> bool:
        return all(pod.get(name) == value for name, value in selector.get("matchLabels", {}).items())

    def callers(pod: str) -> set[str]:
        """Which of our pods may connect to one of them."""
        found: set[str] = set()
        mine = [one["spec"] for one in policies.values() if selects(one["spec"]["podSelector"], labels[pod])]
        assert any("Ingress" in one["policyTypes"] for one in mine), "without a policy everybody may"
        for rule in (rule for one in mine for rule in one.get("ingress") or []):
            sources = rule.get("from")
            found |= {name for name, pod_labels in labels.items()
                      if sources is None or any("podSelector" in s and selects(s["podSelector"], pod_labels) for s in sources)}
        return found

    assert callers("demo-rasa") == {"demo-gateway"}
    assert callers("demo-actions") == {"demo-rasa"}


def test_rasa_gets_only_the_secrets_it_needs(resources: list[Resource]) -> None:
    container = of_kind(resources, "Deployment")["demo-rasa"]["spec"]["template"]["spec"]["containers"][0]
    assert "envFrom" not in container
    keys = {one["valueFrom"]["secretKeyRef"]["key"] for one in container["env"] if "valueFrom" in one}
    assert keys == {"VERBONDEN_BOT_SECRET", "REDIS_PASSWORD"}


def test_services_lead_to_pods_and_budgets_keep_copies(resources: list[Resource]) -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in of_kind(resources, "Deployment").values()]
    for service in of_kind(resources, "Service").values():
        assert sum(service["spec"]["selector"].items() <= pod.items() for pod in labels) == 1
    budgets = of_kind(resources, "PodDisruptionBudget")
    assert set(budgets) == {"demo-gateway", "demo-rasa", "demo-actions"}
    assert all(one["spec"]["maxUnavailable"] == 1 for one in budgets.values())


def test_the_settings_are_known_to_the_code(resources: list[Resource]) -> None:
    settings = of_kind(resources, "ConfigMap")["demo-settings"]["data"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert settings["VERBONDEN_DEMO"] == "0" and not [name for name in settings if f"`{name}`" not in readme]
