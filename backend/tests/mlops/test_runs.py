"""Finished interviews as runs: figures and no content, nothing lost in an outage, nothing waited for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.coaching.feedback import Feedback, Score
from backend.interview.question import Question
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import HeardAnswer, TurnRecord
from backend.mlops.runs import EXPERIMENT, finished_run
from backend.tests.mlops.conftest import Service, until

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)

Make = Callable[..., Service]


def runs(client: Any) -> list[Any]:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return []
    return [r for r in client.search_runs([experiment.experiment_id]) if r.info.status == "FINISHED"]


def test_a_run_holds_figures_and_versions_and_no_content(service: Make, client: Any, tmp_path: Path) -> None:
    made = service().start()
    made.mlops.interview(*interview())
    until(lambda: bool(runs(client)))
    run = runs(client)[0]
    assert run.data.params["version_model"] == "qwen"
    assert run.data.params["version_prompt"] == "abc, def", "both sets that spoke, in their order"
    assert run.data.params["version_prompts"] == "tip:1 facts:2, tip:1 facts:3"
    assert run.data.tags["model"] == "qwen"
    assert run.data.tags["mode"] == "behavioral"
    assert run.data.metrics["score_structure"] == 3.5
    assert run.data.metrics["ms_first_audio"] == 800
    assert run.data.metrics["max_ms_first_audio"] == 900
    assert run.data.metrics["withheld_sentences"] == 2
    assert [m.value for m in client.get_metric_history(run.info.run_id, "turn_score_structure")] == [4, 3]
    assert run.info.start_time == 1767323045000
    assert run.info.end_time == 1767323645000
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"canary" not in file.read_bytes()


def test_an_interview_without_turns_has_values() -> None:
    session, _ = interview()
    assert finished_run(session, []).metrics["turns"] == 0


def test_a_run_is_bounded_whatever_a_turn_holds(service: Make, client: Any) -> None:
    session, turns = interview()
    turns[0].versions = {"model": "x" * 20_000}
    turns[0].timings_ms = {f"stage {n} /%": n for n in range(3_000)}
    made = service().start()
    made.mlops.interview(session, turns)
    until(lambda: bool(runs(client)))
    assert len(runs(client)[0].data.params["version_model"]) == 2_000
    assert len(runs(client)[0].data.metrics) <= 1000


def test_interviews_of_an_outage_are_written_when_it_is_over(service: Make, client: Any, tmp_path: Path) -> None:
    store, away = tmp_path / "mlflow.db", tmp_path / "away.db"
    made = service().start()
    store.rename(away)
    store.mkdir()  # no database can be opened there
    made.mlops.interview(*interview())
    until(lambda: made.counted("ih_mlflow_failing") == 1)
    assert made.mlops.waiting == 1
    store.rmdir()
    away.rename(store)
    until(lambda: made.mlops.waiting == 0)
    assert len(runs(client)) == 1
    until(lambda: made.counted("ih_mlflow_failing") == 0)


def test_the_oldest_interviews_give_way_in_a_long_outage_and_are_counted(service: Make) -> None:
    made = service(uri="http://127.0.0.1:9")  # not started: nothing is taken
    for _ in range(300):
        made.mlops.interview(*interview())
    assert made.mlops.waiting == 256
    assert made.counted("ih_mlflow_lost_runs_total") == 44


def test_a_run_that_mlflow_refuses_does_not_hold_up_the_next(service: Make, client: Any) -> None:
    made = service().start()
    session, turns = interview()
    turns[0].timings_ms = {"a_name_that_is_too_long" * 20: 1}
    made.mlops.interview(session, turns)
    made.mlops.interview(*interview())
    until(lambda: made.mlops.waiting == 0)
    assert len(runs(client)) == 1
    assert made.counted("ih_mlflow_lost_runs_total") == 1


def interview() -> tuple[Session, list[TurnRecord]]:
    question = Question(question_id="q", number=1, total=1, text="canary question", kind="main", stage="main")
    session = Session(
        session_id="canary-session", owner_id="canary-owner", plan=SessionPlan(role="canary role", company="canary"),
        state="finished", stage="main", question=None, created_at="2026-01-02T03:04:05+00:00", updated_at="",
        expires_at="", finished_at="2026-01-02T03:14:05+00:00",
    )  # fmt: skip
    return session, [
        turn(question, 0, 4, 900, "abc", "2", withheld=2),
        turn(question, 1, 3, 700, "def", "3", withheld=0),
    ]


def turn(
    question: Question, position: int, score: int, audio_ms: int, prompt: str, facts: str, *, withheld: int
) -> TurnRecord:
    feedback = Feedback(
        scored=True, summary="canary summary", withheld=withheld,
        scores={"structure": Score(score=score, why="canary why", anchor="canary anchor")},
    )  # fmt: skip
    return TurnRecord(
        turn_id=f"canary-turn-{position}", session_id="canary-session", owner_id="canary-owner", position=position,
        question=question, outcome="completed", feedback=feedback,
        timings_ms={"first_audio": audio_ms, "llm_prompt_tokens": 30},
        transcript=HeardAnswer(text="canary answer", language="en", duration_s=1, words=[]),
        versions={"model": "qwen", "prompt": prompt}, prompts={"tip": "1", "facts": facts}, created_at="x",
    )  # fmt: skip
