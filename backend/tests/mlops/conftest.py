"""Real MLflow stores for the tests of this folder: a migrated SQLite database, copied for each test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from backend.llm.prompts import FilePrompts
from backend.mlops.service import Mlops
from backend.observability.releases import ReleaseMetrics

NAME = "interview-helper.follow_up"
TEXT = "---\nname: follow_up\n---\nAsk about {{ focus }}."


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database; making one takes seconds, so tests copy it."""
    from backend.mlops.tracking import connect

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    connect(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def uri(empty_store: Path, tmp_path: Path) -> str:
    (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def client(uri: str) -> Any:
    from backend.mlops.tracking import connect

    return connect(uri)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one prompt file."""
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "follow_up.md").write_text(TEXT)
    return tmp_path / "prompts"


class Service:
    """One running product as far as MLflow sees it."""

    def __init__(self, uri: str, folder: Path, artifacts: Path | None, **options: Any) -> None:
        self.metrics = CollectorRegistry()
        files = FilePrompts(folder)
        watcher = ReleaseMetrics(self.metrics, files.current().versions)
        self.mlops = Mlops(uri, artifacts, files, watcher, every_s=0.05, **options)
        self.prompts = self.mlops.prompts

    def start(self) -> Service:
        self.mlops.start()
        until(self.prompts.known.is_set)
        return self

    def text(self) -> str:
        return self.prompts.get("follow_up").text

    def counted(self, name: str, **labels: str) -> float | None:
        return self.metrics.get_sample_value(name, labels)


@pytest.fixture
def service(uri: str, folder: Path, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes services on the test's store; they are stopped at the end."""
    made: list[Service] = []

    def make(**options: Any) -> Service:
        made.append(Service(options.pop("uri", uri), folder, tmp_path / "artifacts", **options))
        return made[-1]

    yield make
    for each in made:
        each.mlops.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread or process does."""
    ends = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < ends, "did not happen"
        time.sleep(0.02)
