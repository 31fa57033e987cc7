"""MLflow on a real SQLite store: prompts by content, promotion and rollback, runs without content, outages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.coaching.feedback import Feedback, Score
from backend.interview.question import Question
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import HeardAnswer, TurnRecord
from backend.llm.prompts import FilePrompts
from backend.mlops.prompts import ALIAS
from backend.mlops.runs import EXPERIMENT, InterviewLog, run_values

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)

NAME = "interview-helper.follow_up"
TEXT = "---\nname: follow_up\n---\nAsk about {{ focus }}."


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database; making one takes seconds, so tests copy it."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    uri = f"sqlite:///{path}"
    MlflowClient(uri, uri).search_experiments()
    return path


@pytest.fixture
def uri(empty_store: Path, tmp_path: Path) -> str:
    (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def client(uri: str) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(uri, uri)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "follow_up.md").write_text(TEXT)
    return tmp_path / "prompts"


@pytest.fixture
def opened(uri: str, tmp_path: Path) -> Iterator[Callable[[Path | None], InterviewLog]]:
    logs: list[InterviewLog] = []

    def make(folder: Path | None = None) -> InterviewLog:
        logs.append(InterviewLog(uri, tmp_path / "artifacts"))
        return logs[-1]

    yield make
    for each in logs:
        each.close()


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def serve(log: InterviewLog, folder: Path) -> Any:
    book = log.prompts(FilePrompts(folder))
    log.start(book)
    until(lambda: book.from_registry)
    return book


def reread(book: Any) -> None:
    book.from_registry = False
    book.refresh()
    until(lambda: book.from_registry)


def test_file_text_is_served_before_the_registry_answers(folder: Path, opened: Any) -> None:
    book = opened().prompts(FilePrompts(folder))
    assert book.get("follow_up") == FilePrompts(folder).get("follow_up")
    assert book.names() == ("follow_up",)


def test_equal_text_makes_no_second_version(folder: Path, opened: Any, client: Any) -> None:
    for _ in range(2):
        book = serve(opened(), folder)
    assert book.get("follow_up").version == "1"
    assert len(client.search_prompt_versions(NAME)) == 1


def test_promotion_and_rollback_take_effect_without_a_restart(folder: Path, opened: Any, client: Any) -> None:
    book = serve(opened(), folder)
    better = client.register_prompt(name=NAME, template="Ask, in one sentence, about {{ focus }}.")
    client.set_prompt_alias(NAME, ALIAS, better.version)
    reread(book)
    assert book.get("follow_up").render(focus="x") == "Ask, in one sentence, about x."
    assert book.get("follow_up").version == "2"
    client.set_prompt_alias(NAME, ALIAS, 1)
    reread(book)
    assert book.get("follow_up").render(focus="x") == "Ask about x."


def test_a_version_that_asks_for_unknown_inputs_is_refused(folder: Path, opened: Any, client: Any) -> None:
    book = serve(opened(), folder)
    wrong = client.register_prompt(name=NAME, template="Ask {{ somebody }} about {{ focus }}.")
    client.set_prompt_alias(NAME, ALIAS, wrong.version)
    reread(book)
    assert book.get("follow_up").render(focus="x") == "Ask about x."


def test_a_new_release_brings_its_text_unless_somebody_chose_another(folder: Path, opened: Any, client: Any) -> None:
    serve(opened(), folder)
    (folder / "follow_up.md").write_text("Second release: {{ focus }}.")
    assert serve(opened(), folder).get("follow_up").text == "Second release: {{ focus }}."
    client.set_prompt_alias(NAME, ALIAS, 1)  # somebody goes back
    (folder / "follow_up.md").write_text("Third release: {{ focus }}.")
    assert serve(opened(), folder).get("follow_up").text == "Ask about {{ focus }}."
    assert len(client.search_prompt_versions(NAME)) == 3


async def test_a_dead_server_delays_nobody(folder: Path, tmp_path: Path) -> None:
    log = InterviewLog("http://127.0.0.1:9", None)
    book = log.prompts(FilePrompts(folder))
    log.start(book)
    log.interview(*interview())
    await asyncio.sleep(0)
    assert book.get("follow_up").text == "Ask about {{ focus }}."
    await asyncio.to_thread(log.close, 0.1)


def test_a_run_holds_figures_and_no_content(opened: Any, client: Any) -> None:
    log = opened()
    log.start(FilePrompts(Path(__file__).parent / "none"))
    log.interview(*interview())
    until(lambda: client.get_experiment_by_name(EXPERIMENT) is not None)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    until(lambda: any(r.info.status == "FINISHED" for r in client.search_runs([experiment])))
    run = client.search_runs([experiment])[0]
    assert run.data.params["version_model"] == "qwen"
    assert run.data.metrics["score_structure"] == 4
    assert run.data.metrics["ms_first_audio"] == 900
    assert run.data.metrics["withheld_sentences"] == 2
    assert "canary" not in str(run.to_dictionary())


def test_an_interview_without_turns_has_values() -> None:
    session, _ = interview()
    assert run_values(session, [])["metrics"]["turns"] == 0


def interview() -> tuple[Session, list[TurnRecord]]:
    question = Question(question_id="q", number=1, total=1, text="canary question", kind="main", stage="main")
    session = Session(
        session_id="canary-session", owner_id="canary-owner", plan=SessionPlan(role="canary role", company="canary"),
        state="finished", stage="main", question=None, created_at="2026-01-02T03:04:05Z", updated_at="", expires_at="",
    )  # fmt: skip
    feedback = Feedback(
        scored=True, summary="canary summary", withheld=2,
        scores={"structure": Score(score=4, why="canary why", anchor="canary anchor")},
    )  # fmt: skip
    turn = TurnRecord(
        turn_id="canary-turn", session_id="canary-session", owner_id="canary-owner", position=0, question=question,
        outcome="completed", feedback=feedback, timings_ms={"first_audio": 900, "llm_prompt_tokens": 30},
        transcript=HeardAnswer(text="canary answer", language="en", duration_s=1, words=[]),
        versions={"model": "qwen", "prompt": "abc"}, created_at="x",
    )  # fmt: skip
    return session, [turn]
