"""The real Prometheus on the running product: every expression of dashboards, rules and alerts returns data."""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from backend.commands.running import own_server
from backend.tests.client import ContractClient
from backend.tests.conftest import ROOT
from backend.tests.fakes.speech_service import SpeechService
from backend.tests.observability.load import drive, environment
from backend.tests.observability.prometheus import DEPLOY, Prometheus, needs_prometheus, promtool, running_prometheus

pytestmark = pytest.mark.long

DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
RULES = sorted((DEPLOY / "rules").glob("*.yml"))
VARIABLES = {"$__rate_interval": "5m", "$__range": "5m", "$prompt": ".*"}
"""Ranges that hold the whole load, however slow the machine is."""
SELECTOR = re.compile(r"\b(?:(?:ih_|ih:|slo:|http_|process_)[\w:]*|up)\b(?:\{[^}]*\})?")


def panels() -> list[tuple[str, dict[str, Any]]]:
    boards = [(path.stem, json.loads(path.read_text())) for path in DASHBOARDS]
    return [(name, panel) for name, board in boards for panel in board["panels"] if panel["type"] != "row"]


def rules(kind: str) -> list[dict[str, Any]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


EXPRESSIONS = [
    *((f"{name}: {panel['title']}", target["expr"]) for name, panel in panels() for target in panel["targets"]),
    *((rule["record"], rule["expr"]) for rule in rules("record")),
]


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Prometheus, str]]:
    """Prometheus that has watched the product do everything twice, and the product's address."""
    needs_prometheus()
    folder = tmp_path_factory.mktemp("prometheus")
    env = {**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
    with (
        SpeechService() as service,
        own_server(env | environment(service), log=folder / "server.log") as product,
        running_prometheus(product.removeprefix("http://"), folder) as prometheus,
    ):
        prometheus.wait_for("ih_ready == 1")
        prometheus.wait_for("ih_mlflow_failing == 0 and ih_stack_differs >= 0")
        with ContractClient(product) as client:
            drive(client, service, folder)
            prometheus.wait_for("ih_coaching_score_count")
            drive(client, service, folder, take=2)
        prometheus.wait_for('increase(ih_turns_total{outcome="cancelled", mode="behavioral"}[1m]) > 0')
        prometheus.wait_for("ih:coaching_score:mean_rate1h")
        # nothing but the tries whether the model can coach asks it; they come after 15 and 60 s
        prometheus.wait_for("increase(ih_llm_first_token_seconds_count[5m]) > 0", seconds=150)
        time.sleep(2.5)  # the recording rules see the last scrape too
        prometheus.at = time.time()  # however long the tests take, rates are those of the minute of the load
        yield prometheus, product


def test_every_target_is_scraped(scraped: tuple[Prometheus, str]) -> None:
    deadline = time.monotonic() + 60  # one scrape may be late on a busy machine
    while True:
        (target,) = scraped[0].get("/targets")["activeTargets"]
        if target["health"] == "up" or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert (target["health"], target["lastError"]) == ("up", "")


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_an_expression_returns_data(where: str, expression: str, scraped: tuple[Prometheus, str]) -> None:
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    found = scraped[0].query(expression)
    assert found, f"{where}: {expression} returns nothing"
    assert any(math.isfinite(float(sample["value"][1])) for sample in found), f"{where}: {expression} is no number"


@pytest.mark.parametrize("alert", rules("alert"), ids=lambda rule: rule["alert"])
def test_an_alert_looks_at_something_that_is_there(alert: dict[str, Any], scraped: tuple[Prometheus, str]) -> None:
    scraped[0].query(alert["expr"])
    selectors = SELECTOR.findall(alert["expr"])
    assert selectors
    for selector in selectors:
        assert scraped[0].query(selector), f"{alert['alert']}: {selector} matches nothing"


def test_rules_are_evaluated_without_errors(scraped: tuple[Prometheus, str]) -> None:
    loaded = [rule for group in scraped[0].get("/rules")["groups"] for rule in group["rules"]]
    assert len(loaded) == len(rules("record")) + len(rules("alert"))
    assert {rule["health"] for rule in loaded} == {"ok"}, [r["lastError"] for r in loaded if r["health"] != "ok"]


def test_names_and_units_follow_the_conventions(scraped: tuple[Prometheus, str]) -> None:
    page = httpx.get(f"{scraped[1]}/metrics", trust_env=False, timeout=60).text
    assert len([line for line in page.splitlines() if not line.startswith("#")]) < 2500
    promtool("check", "metrics", stdin=page)


def test_configuration_and_rules_are_valid() -> None:
    needs_prometheus()
    promtool("check", "config", "prometheus.yml")
    promtool("check", "rules", *(f"rules/{path.name}" for path in RULES))


@pytest.mark.parametrize("path", sorted((DEPLOY / "tests").glob("*.yml")), ids=lambda path: path.stem)
def test_the_rules_own_tests_pass(path: Path) -> None:
    needs_prometheus()
    assert "SUCCESS" in promtool("test", "rules", f"tests/{path.name}")
