"""Metrics from a turn's events, with bounded labels; HTTP metrics that leave event streams alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry, generate_latest

from backend.observability.http import instrument
from backend.observability.metrics import MetricsListener
from backend.observability.stages import Stage
from backend.observability.turn_counts import TurnCounts

TURN = [
    ("turn.started", 1, {}),
    ("transcript.final", 700, {"duration_s": 12.0}),
    ("delivery", 705, {}),
    ("context.found", 760, {}),
    ("feedback.delta", 800, {}),
    ("notice", 810, {"stage": "tts", "code": "tts_timeout"}),
    ("audio", 1200, {}),
    ("question.delta", 1300, {}),
    ("feedback.delta", 1400, {}),
    ("feedback.final", 1500, {"withheld": 2, "scored": True, "scores": {"structure": {"score": 4}}}),
    ("question.final", 1600, {}),
    ("turn.ended", 1700, {"outcome": "completed", "versions": {"prompt": "0a1b2c"}}),
]


@pytest.fixture
def metrics() -> MetricsListener:
    return MetricsListener(CollectorRegistry())


def play(metrics: MetricsListener, events: list[tuple[str, int, dict[str, Any]]], mode: str = "behavioral") -> None:
    listener = TurnCounts(metrics, mode)
    for name, at_ms, data in events:
        listener({"event": name, "data": {"at_ms": at_ms, **data}})


def value(metrics: MetricsListener, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_a_turn_is_counted(metrics: MetricsListener) -> None:
    play(metrics, TURN)
    assert value(metrics, "ih_turns_total", outcome="completed", mode="behavioral") == 1
    assert value(metrics, "ih_turn_notices_total", stage="tts", code="tts_timeout") == 1
    assert value(metrics, "ih_first_words_seconds_count") == 1
    assert value(metrics, "ih_first_words_seconds_sum") == pytest.approx(0.8)
    assert value(metrics, "ih_transcript_seconds_sum") == pytest.approx(0.7)
    assert value(metrics, "ih_first_audio_seconds_sum") == pytest.approx(1.2)
    assert value(metrics, "ih_first_feedback_seconds_sum") == pytest.approx(0.8)
    assert value(metrics, "ih_first_question_seconds_sum") == pytest.approx(1.3)
    assert value(metrics, "ih_question_seconds_sum") == pytest.approx(1.6)
    assert value(metrics, "ih_turn_seconds_sum") == pytest.approx(1.7)
    assert value(metrics, "ih_coaching_score_sum", dimension="structure", prompt="0a1b2c") == 4
    assert value(metrics, "ih_withheld_sentences_total", prompt="0a1b2c") == 2
    assert value(metrics, "ih_feedback_total", prompt="0a1b2c", scored="true") == 1


def test_a_failed_turn_is_counted_with_its_error(metrics: MetricsListener) -> None:
    error = {"stage": "stt", "code": "stt_timeout"}
    play(metrics, [("turn.failed", 9, {"error": error}), ("turn.ended", 9, {"outcome": "failed"})])
    assert value(metrics, "ih_turns_total", outcome="failed", mode="behavioral") == 1
    assert value(metrics, "ih_turn_failures_total", stage="stt", code="stt_timeout") == 1


def test_labels_stay_bounded(metrics: MetricsListener) -> None:
    for number in range(300):
        play(metrics, [("notice", 1, {"stage": "llm", "code": f"code_{number}"})])
    play(metrics, [("notice", 1, {"stage": "What the candidate said", "code": "x"})])
    text = generate_latest(metrics.registry).decode()
    assert text.count("ih_turn_notices_total{") <= 66
    assert "candidate" not in text
    metrics.stage(Stage("anything else", 0.0, 1.0))
    assert "anything else" not in generate_latest(metrics.registry).decode()


def test_only_the_newest_prompt_versions_are_kept(metrics: MetricsListener) -> None:
    feedback = {"withheld": 0, "scored": True, "scores": {"structure": {"score": 3}}}
    for number in range(20):
        metrics.coached(feedback, f"{number:012x}")
    metrics.coached(feedback, "What the candidate said")
    text = generate_latest(metrics.registry).decode()
    assert text.count("ih_coaching_score_count{") == text.count("ih_withheld_sentences_total{") == 8
    assert text.count("ih_feedback_total{") == 16
    assert f'prompt="{19:012x}"' in text
    assert f'prompt="{0:012x}"' not in text
    assert "candidate" not in text


def test_stages_count_time_when_they_succeed_and_errors_when_not(metrics: MetricsListener) -> None:
    tokens: dict[str, int | float | str] = {"prompt_tokens": 40, "cached_tokens": 10, "completion_tokens": 5}
    tokens["task"] = "coach_reply"
    metrics.stage(Stage("llm", 10.0, 12.0, first=10.5, figures=tokens))
    metrics.stage(Stage("llm", 10.0, 40.0, code="llm_timeout"))
    metrics.stage(Stage("asr", 10.0, 11.0, code="no_speech"))
    metrics.stage(Stage("voice", 10.0, 11.0, code="cancelled"))
    assert value(metrics, "ih_stage_duration_seconds_sum", stage="llm") == 2.0
    assert value(metrics, "ih_stage_duration_seconds_count", stage="llm") == 1
    assert value(metrics, "ih_llm_first_token_seconds_sum") == 0.5
    assert value(metrics, "ih_stage_errors_total", stage="llm", code="llm_timeout") == 1
    for kind, number in (("prompt", 40), ("cached", 10), ("completion", 5)):
        assert value(metrics, "ih_llm_tokens_total", kind=kind, task="coach_reply") == number
    assert value(metrics, "ih_stage_errors_total", stage="asr", code="no_speech") is None
    assert value(metrics, "ih_stage_duration_seconds_count", stage="voice") == 0


def test_the_other_counters(metrics: MetricsListener) -> None:
    metrics.tts_cache("hit")
    metrics.document("resume", "ready", 0.1, 0.4)
    metrics.watch_queue("mlflow", lambda: 3)
    metrics.watch_memory("api", os.getpid)
    metrics.watch_memory("language", lambda: None)
    with metrics.event_stream():
        assert value(metrics, "ih_sse_connections") == 1
    assert value(metrics, "ih_sse_connections") == 0
    assert value(metrics, "ih_tts_cache_total", result="hit") == 1
    assert value(metrics, "ih_documents_total", kind="resume", outcome="ready") == 1
    assert value(metrics, "ih_queue_wait_seconds_sum", queue="documents") == pytest.approx(0.1)
    assert value(metrics, "ih_ingest_duration_seconds_sum") == pytest.approx(0.4)
    assert value(metrics, "ih_queue_depth", queue="mlflow") == 3
    assert (value(metrics, "ih_model_resident_bytes", part="api") or 0) > 1_000_000
    assert value(metrics, "ih_model_resident_bytes", part="language") == 0


async def test_the_event_loop_is_watched(metrics: MetricsListener) -> None:
    task = asyncio.create_task(metrics.watch_event_loop(0.01))
    while not value(metrics, "ih_event_loop_lag_seconds_count"):
        await asyncio.sleep(0.01)
    task.cancel()


async def test_http_metrics_do_not_hold_back_a_stream() -> None:
    """Each piece leaves before the next is made; the route's template is the label."""
    app, registry = FastAPI(), CollectorRegistry()
    sent: list[bytes] = []
    sent_before_piece: list[int] = []

    @app.get("/turns/{turn_id}")
    async def stream(turn_id: str) -> StreamingResponse:
        async def pieces() -> AsyncIterator[str]:
            for number in range(3):
                sent_before_piece.append(len([body for body in sent if body]))
                yield f"data: {number}\n\n"

        return StreamingResponse(pieces(), media_type="text/event-stream")

    instrument(app, registry)

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    for path in ("/turns/canary-id", "/nowhere/canary-id"):
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
            "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": "",
        }  # fmt: skip
        await app(scope, receive, send)
    assert sent_before_piece == [0, 1, 2]
    text = generate_latest(registry).decode()
    assert 'handler="/turns/{turn_id}"' in text
    assert "http_request_duration_seconds_bucket" in text
    assert "canary-id" not in text
