"""Real MLflow servers: the product serves, promotes and logs through one; stopped or hanging it holds up no turn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app import create_app
from backend.commands.running import free_port
from backend.config import ROOT
from backend.llm.prompts import FilePrompts
from backend.mlops.registry import promote, rollback
from backend.mlops.runs import EXPERIMENT
from backend.mlops.stack import MODEL
from backend.mlops.tracking import connect
from backend.tests.client import ANSWER, ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.mlops.conftest import until

pytestmark = [
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning"
    ),  # MLflow's client leaves its connections to the collector
    pytest.mark.filterwarnings("ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"),
    pytest.mark.long,
]
SYSTEM = FilePrompts(ROOT / "backend" / "interview" / "prompts").get("chat_system")
NAME = "interview-helper.chat_system"


@contextmanager
def mlflow(command: str, store: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A process of MLflow's own (`server` or `ui`) on this database: its address, and the process."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    words = [sys.executable, "-m", "mlflow", command, "--backend-store-uri", f"sqlite:///{store}", "--port", str(port)]
    with (store.parent / f"{command}.log").open("wb") as log:
        process = subprocess.Popen(
            [*words, "--host", "127.0.0.1", "--workers", "1", *options],
            env={**os.environ, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: process.poll() is None and answers(address))
        yield address, process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def tracking(empty_store: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    store = tmp_path / "server" / "mlflow.db"
    store.parent.mkdir()
    store.write_bytes(empty_store.read_bytes())
    with mlflow("server", store, "--artifacts-destination", str(store.parent / "artifacts")) as running:
        yield running


@contextmanager
def product(folder: Path, uri: str, **settings: Any) -> Iterator[LoopbackServer]:
    app = create_app(fast_settings(folder / "product", mlflow_tracking_uri=uri, **settings))
    with LoopbackServer(app) as server:
        until(lambda: server.app.state.services.readiness.started)
        yield server


def health(server: LoopbackServer) -> dict[str, Any]:
    return httpx.get(f"{server.base_url}/healthz", trust_env=False, timeout=60).json()


def answer(client: ContractClient, session_id: str) -> dict[str, Any]:
    """Answer the open question; the data of `turn.ended`, after a check that the turn is whole."""
    events = client.turn(session_id, text=ANSWER)
    names = [event.name for event in events]
    for name in ("transcript.final", "delivery", "context.found", "feedback.final", "question.final"):
        assert names.count(name) == 1, names
    assert "notice" not in names
    ended = events[-1]
    assert ended.name == "turn.ended"
    assert ended.data["outcome"] == "completed"
    return ended.data


def test_promotion_while_serving_through_a_tracking_server(
    tracking: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    uri, _ = tracking
    registry = connect(uri)
    with product(tmp_path, uri) as server, ContractClient(server.base_url) as client:
        until(lambda: health(server)["stack"].get("production") == 1)
        session = client.data("POST", "/sessions", json={"mode": "behavioral", "question_count": 4})["session_id"]
        first = answer(client, session)["versions"]["prompt"]
        better = registry.register_prompt(name=NAME, template=f"{SYSTEM.text}\nBe brief.")
        promote(registry, SYSTEM, int(better.version))
        until(lambda: health(server)["prompts"]["versions"]["chat_system"] == "2")
        second = answer(client, session)["versions"]["prompt"]
        assert second != first
        until(lambda: health(server)["stack"]["differs_in"] == ["prompt"])
        rollback(registry, SYSTEM)
        until(lambda: health(server)["prompts"]["versions"]["chat_system"] == "1")
        assert answer(client, session)["versions"]["prompt"] == first
        client.data("PATCH", f"/sessions/{session}", json={"state": "finished"})
        until(lambda: bool(logged(registry)))
    run = logged(registry)[0]
    assert run.data.params["version_prompt"] == f"{first}, {second}"
    assert "chat_system:2" in run.data.params["version_prompts"]
    assert [a.path for a in registry.list_artifacts(registry.get_model_version(MODEL, "1").run_id, "stack")] == [
        "stack/stack.json"
    ]


def test_a_tracking_server_that_hangs_or_goes_holds_up_no_turn(
    tracking: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    uri, process = tracking
    with product(tmp_path, uri) as server, ContractClient(server.base_url) as client:
        session = client.data("POST", "/sessions", json={"mode": "behavioral", "question_count": 5})["session_id"]
        before = answer(client, session)
        os.killpg(process.pid, signal.SIGSTOP)  # connections are taken and never answered
        assert answer(client, session)["versions"] == before["versions"]
        until(lambda: not up(server))
        assert answer(client, session)["versions"] == before["versions"]
        client.data("PATCH", f"/sessions/{session}", json={"state": "finished"})
        os.killpg(process.pid, signal.SIGCONT)
        registry = connect(uri)
        until(lambda: up(server) and bool(logged(registry)))  # what was finished meanwhile is written now
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: not up(server))
        session = client.data("POST", "/sessions", json={"mode": "behavioral", "question_count": 2})["session_id"]
        assert answer(client, session)["versions"] == before["versions"]


def test_a_product_starts_and_serves_its_files_while_the_tracking_server_never_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with product(tmp_path, uri) as server, ContractClient(server.base_url) as client:
            assert {part: state for part, state in health(server)["parts"].items() if state != "ok"} == {
                "intake model": "off"
            }
            assert health(server)["prompts"]["source"] == "files"
            session = client.data("POST", "/sessions", json={"mode": "behavioral", "question_count": 2})["session_id"]
            answer(client, session)


def test_the_web_page_of_mlflow_shows_what_the_product_wrote(uri: str, tmp_path: Path) -> None:
    with product(tmp_path, uri) as server, ContractClient(server.base_url) as client:
        session = client.data("POST", "/sessions", json={"mode": "behavioral", "question_count": 2})["session_id"]
        answer(client, session)
        client.data("PATCH", f"/sessions/{session}", json={"state": "finished"})
        until(lambda: bool(logged(connect(uri))))
    with mlflow("ui", tmp_path / "mlflow.db") as (address, _):
        page = httpx.get(address, follow_redirects=True, trust_env=False, timeout=60)
        assert page.status_code == 200
        assert "<title>MLflow</title>" in page.text
        through_it = connect(address)
        assert len(logged(through_it)) == 1
        assert through_it.get_prompt_version_by_alias(NAME, "production").template == SYSTEM.text


def logged(client: Any) -> list[Any]:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return []
    return [r for r in client.search_runs([experiment.experiment_id]) if r.info.status == "FINISHED"]


def up(server: LoopbackServer) -> bool:
    """What the product's own metrics say about MLflow."""
    registry = server.app.state.services.metrics.registry
    return registry.get_sample_value("ih_mlflow_failing") == 0
