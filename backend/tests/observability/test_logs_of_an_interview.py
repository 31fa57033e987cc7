"""A whole interview at LOG_LEVEL=debug, with failures: logs, metrics and traces hold nothing that was said or written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.commands.running import own_server
from backend.llm.scripted_replies import FromPrompt
from backend.observability.logs import ALLOWED
from backend.tests.client import ANSWER, JOB, ContractClient, by_name
from backend.tests.conftest import SAMPLE
from backend.tests.fakes.speech_service import TEXT, SpeechService
from backend.tests.journeys.test_author import Service
from backend.tests.observability.collector import Collector

CANARIES = {
    "job": "canaryjobline", "title": "canarytitle", "filename": "canaryfilename", "answer": "canaryspokenword",
    "role": "canaryrole", "email": "canary.person@example.org", "password": "Canary-Passw0rd-91",
    "query": "canaryquery", "path": "canarypath", "model key": "canary-model-key",
}  # fmt: skip


@dataclass
class Observed:
    log: str
    metrics: str
    spans: str
    trace_ids: set[str]
    tokens: list[str]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line but the greeting of the command."""
        return [json.loads(line) for line in self.log.splitlines() if not line.startswith("==> ")]


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    folder = tmp_path_factory.mktemp("logs")
    log = folder / "server.log"
    with (
        SpeechService() as service,
        Collector() as collector,
        Service(FromPrompt(), fault="error", fault_tasks=["coach_reply"]) as models,
    ):
        env = {
            "LOG_LEVEL": "debug", "EMBEDDER": "hash", "ASR_URL": service.base_url, "TTS_URL": service.base_url,
            "LLM_URL": models.service.url, "LLM_API_KEY": CANARIES["model key"], "COACH_AUTHOR": "model",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }  # fmt: skip
        with own_server({**os.environ, **env}, log=log) as product, ContractClient(product) as client:
            tokens = [client.guest["access_token"]]
            interview(client, service, folder)
            metrics = httpx.get(f"{product}/metrics", trust_env=False, timeout=60).text
        spans = b"".join(collector.bodies).decode("utf-8", "replace")
        trace_ids = {span.trace_id.hex() for span in collector.spans}
    yield Observed(log.read_text(), metrics, spans, trace_ids, tokens)


def interview(client: ContractClient, service: SpeechService, folder: Path) -> None:
    """Documents good and bad, an account, answers of every kind, failures of every part, a report."""
    job = client.document("job_description", f"{JOB}- {CANARIES['job']}\n", CANARIES["title"])["document_id"]
    broken = folder / f"{CANARIES['filename']}.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + CANARIES["job"].encode())
    client.upload("resume", broken)
    account = {"email": CANARIES["email"], "password": CANARIES["password"]}
    client.call("POST", "/auth/login", json=account)
    client.call("POST", "/auth/register", json={"email": CANARIES["email"], "password": "short"})
    session = client.start(document_ids=[job], role=CANARIES["role"], question_count=8)["session_id"]
    answer = f"{ANSWER} I called it {CANARIES['answer']}."
    assert by_name(client.turn(session, text=answer), "turn.ended")["outcome"] == "completed"
    speech = ("answer.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac")
    client.turn(session, audio=speech)
    for behaviour in ("503", "rubbish"):
        service.behaviour = behaviour
        client.turn(session, audio=speech)
        client.turn(session, text=f"{answer} {behaviour}")
    client.call("POST", "/retrieval/search", json={"query": CANARIES["query"]})
    client.call("POST", f"/sessions/{session}/turns", content=CANARIES["answer"].encode())
    client.call("POST", f"/sessions/{session}/turns", json={CANARIES["answer"]: 1})
    client.call("GET", f"/{CANARIES['path']}?q={CANARIES['query']}")
    client.call("GET", f"/sessions/{session}/report")
    client.call("DELETE", f"/documents/{job}")


def test_nothing_that_was_said_is_anywhere(observed: Observed) -> None:
    secrets = {**CANARIES, "token": observed.tokens[0], "heard": " ".join(TEXT.split()[4:9]), "typed": "took most of"}
    for what, words in secrets.items():
        for where in ("log", "metrics", "spans"):
            text = getattr(observed, where)
            assert words.lower() not in text.lower(), f"{what} is in the {where}"


def test_every_line_is_json_with_allowed_fields(observed: Observed) -> None:
    assert len(observed.lines) >= 5
    for line in observed.lines:
        assert set(line) <= ALLOWED
        assert {"timestamp", "level", "event"} <= set(line)


def test_lines_of_a_turn_lead_to_its_request_and_trace(observed: Observed) -> None:
    failed = [line for line in observed.lines if line["event"] == "llm call failed"]
    of_turns = [line for line in failed if "request_id" in line]  # the others are the probe's, which nobody asked for
    assert of_turns
    for line in of_turns:
        assert line["trace_id"] in observed.trace_ids
