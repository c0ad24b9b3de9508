"""What is told about metrics, alerts, dashboard and runbook is what there is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from loket import metrics
from verbonden.commands import ROOT

FOLDER = ROOT / "deploy" / "observability"
TOLD = (ROOT / "docs" / "metrieken.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ALERTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = [rule["expr"] for rule in ALERTS] + [t["expr"] for panel in DASHBOARD["panels"] for t in panel["targets"]]
OF_PROMETHEUS = {"up"}
METRIC = re.compile(r"\b(up|(?:verbonden|process)_\w+)\b(?:\{([^}]*)\})?")


def exported() -> dict[str, tuple[str, ...]]:
    """Every name that a gateway gives, with its labels; those of the process itself without."""
    given = re.findall(r"^# TYPE (\w+) ", metrics.rendered().decode(), re.MULTILINE)
    process = {name: () for name in given if name.startswith("process_")}
    unknown = set(given) - set(metrics.declared()) - set(process) - {n.removesuffix("_total") + "_created" for n in given}
    assert not unknown, "a metric that is not declared"
    return {**metrics.declared(), **process}


def test_the_document_names_what_is_exported() -> None:
    rows = re.findall(r"^\| `(verbonden_\w+)` \| \w+ \| ([^|]*) \|", TOLD, re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == metrics.declared()
    process = {name for name in exported() if name.startswith("process_")}
    assert process and {name for name in re.findall(r"`(process_\w+)`", TOLD)} <= process


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_alerts_and_dashboard_ask_for_what_there_is(expression: str) -> None:
    known, found = exported(), METRIC.findall(expression)
    assert found
    for name, selector in found:
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in OF_PROMETHEUS or name in known or base in known, name
        asked = set(re.findall(r"(\w+)\s*=", selector))
        assert asked <= {*known.get(name, known.get(base, ())), "job", "le", "instance"}
    for labels in re.findall(r"by \(([^)]*)\)", expression):
        bases = [re.sub(r"_(bucket|sum|count)$", "", name) for name, _ in found]
        allowed = {label for base in bases for label in known.get(base, ())}
        assert {label.strip() for label in labels.split(",")} <= {*allowed, "le"}


def test_every_alert_has_its_entry_in_the_runbook() -> None:
    entries = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    names = [rule["alert"] for rule in ALERTS]
    assert [name for name in entries if name in names] == names, "in the same order"
    for rule in ALERTS:
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("critical", "warning") and re.fullmatch(r"\d+m", rule["for"])
        body = RUNBOOK.split(f"## {rule['alert']}\n")[1].split("\n## ")[0]
        assert "**Do**" in body, rule["alert"]


def test_the_dashboard_can_be_loaded() -> None:
    assert DASHBOARD["uid"] and DASHBOARD["schemaVersion"] >= 36
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids) >= 12
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places) and all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in DASHBOARD["panels"])
