"""Dashboards, alerts, runbooks and the page about them fit together, without a server."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from backend.commands import observability_docs
from backend.tests.conftest import ROOT

GRAFANA, PROMETHEUS = ROOT / "deploy" / "grafana", ROOT / "deploy" / "prometheus"
BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").glob("*.json"))}
PANELS = [(n, p) for n, board in BOARDS.items() for p in board["panels"] if p["type"] != "row"]
ALERTS = [
    rule
    for path in sorted((PROMETHEUS / "rules").glob("*.yml"))
    for group in yaml.safe_load(path.read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
]
RUNBOOKS = {path.name: path.read_text() for path in (ROOT / "docs" / "runbooks").glob("*.md")}
SECTIONS = ("## What it means", "## What people notice", "## Where to look", "## What to do", "## Over when")


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=[f"{n}: {p['title']}" for n, p in PANELS])
def test_a_panel_can_be_read(board: str, panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"]
    assert defaults["thresholds"]["steps"][0]["value"] is None
    assert panel["datasource"]["uid"] == "prometheus"
    assert panel["targets"]
    assert all(target["expr"] and target["legendFormat"] for target in panel["targets"])
    references = [target["refId"] for target in panel["targets"]]
    assert len(references) == len(set(references))


def test_dashboards_are_provisioned_with_the_datasource_they_name() -> None:
    assert sorted(BOARDS) == ["ih-capacity", "ih-coaching", "ih-service", "ih-voice-loop"]
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert (source["uid"], source["type"]) == ("prometheus", "prometheus")
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/interview-helper.yml").read_text())["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"


@pytest.mark.parametrize("name", BOARDS)
def test_panels_have_a_place_of_their_own(name: str) -> None:
    board = BOARDS[name]
    assert board["uid"] == name
    assert board["title"].startswith("Interview Helper / ")
    taken: set[tuple[int, int]] = set()
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert alert["annotations"]["summary"]
    assert alert["annotations"]["description"].endswith(".")
    runbook = RUNBOOKS[alert["annotations"]["runbook"].removeprefix("docs/runbooks/")]
    assert f"`{alert['alert']}`" in runbook.splitlines()[2]
    assert [line for line in runbook.splitlines() if line.startswith("## ")] == list(SECTIONS)


def test_every_alert_is_tested_both_ways_and_every_runbook_is_used() -> None:
    tests = [t for p in (PROMETHEUS / "tests").glob("*.yml") for t in yaml.safe_load(p.read_text())["tests"]]
    fires, silent = set(), set()
    for case in tests:
        for check in case["alert_rule_test"]:
            (fires if check["exp_alerts"] else silent).add(check["alertname"])
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names))
    assert fires == silent == set(names)
    assert {alert["annotations"]["runbook"] for alert in ALERTS} == {f"docs/runbooks/{name}" for name in RUNBOOKS}


def test_runbooks_name_metrics_settings_and_panels_that_exist() -> None:
    declared = {metric.name for metric in observability_docs.declared()}
    settings = set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    titles = {p["title"] for _, p in PANELS} | {b["title"].rpartition(" / ")[2] for b in BOARDS.values()}
    for name, text in RUNBOOKS.items():
        assert set(re.findall(r"`(ih_[a-z_]+)", text)) <= declared, name
        assert set(re.findall(r"`([A-Z][A-Z]+_[A-Z0-9_]+)", text)) <= settings, name
        for said in re.findall(r"\*(Service|Voice loop|Capacity|Coaching quality)\*, \*([^*]+)\*", text):
            assert set(said) <= titles, (name, said)
        for link in re.findall(r"\]\(([a-z-]+\.md)\)", text):
            assert link in RUNBOOKS, (name, link)


def test_the_page_about_it_is_up_to_date() -> None:
    assert (ROOT / "docs" / "observability.md").read_text() == observability_docs.page(), "run make docs"
