"""A bounded load through the HTTP API in which everything happens once that is counted, failures included."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from backend.tests.client import ANSWER, JOB, RESUME, ContractClient, Event, parse_sse
from backend.tests.conftest import SAMPLE
from backend.tests.fakes.speech_service import SpeechService
from backend.tests.sounds import silence_wav

GUESTS = 6
"""Set GUESTS_PER_MINUTE to this: the load opens guests until it is told to wait."""


def environment(service: SpeechService) -> dict[str, str]:
    """Settings of the product under load: no weights, ears and voice at `service`."""
    return {
        "ASR_URL": service.base_url, "TTS_URL": service.base_url, "LLM": "scripted", "EMBEDDER": "hash",
        "GUESTS_PER_MINUTE": str(GUESTS), "REQUESTS_PER_MINUTE": "100000",
    }  # fmt: skip


def drive(client: ContractClient, service: SpeechService, folder: Path, take: int = 1) -> None:
    """Documents, typed, spoken, silent, failed and interrupted turns, streams taken up again. A few seconds."""
    job = client.document("job_description", f"{JOB}- {take} years of practice\n")
    client.document("resume", f"{RESUME}- Wrote {take} guides\n")
    broken = folder / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + b"no page in here\n" * take)
    assert client.upload("notes", broken)["status"] == "failed"
    session = client.start(document_ids=[job["document_id"]], question_count=8)["session_id"]
    typed = client.turn(session, text=ANSWER)
    turn_id = typed[0].data["turn_id"]
    client.resume(session, turn_id)
    client.data("POST", f"/sessions/{session}/turns/{turn_id}/objections", json={"point": "summary"})
    speech = ("answer.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac")
    assert ended(client.turn(session, audio=speech)) == "completed"
    assert ended(client.turn(session, audio=("a.wav", silence_wav(2.0), "audio/wav"))) == "completed"
    service.behaviour = "503"
    assert ended(client.turn(session, audio=speech)) == "failed"
    service.behaviour = "stall"
    longer = f"{ANSWER} It was take {take} of a lot of work."
    assert ended(client.turn(session, text=longer, on_event=partial(_look_and_stop, client, session))) == "cancelled"
    service.behaviour = "ok"
    for _ in range(2 * GUESTS + 2):
        if client.call("POST", "/guests").status_code == 429:
            return
    raise AssertionError("the limit of guests was never reached")


def ended(events: list[Event]) -> str:
    return str(events[-1].data["outcome"])


def _look_and_stop(client: ContractClient, session: str, event: Event) -> None:
    path = f"/sessions/{session}/turns/{event.data['turn_id']}"
    if event.name == "context.found":
        with (
            client.http.stream("GET", f"{path}/events") as response,
            closing(parse_sse(response.iter_lines())) as events,
        ):
            next(events)
    elif event.name == "question.final":
        client.call("DELETE", path)
