"""SIGTERM in mid-turn: no new work, the turn that runs is finished, its client sees the end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from backend.commands.running import own_process
from backend.tests.client import ANSWER, ContractClient, Event, check_turn

DOUBLES = {"ASR": "scripted", "LLM": "scripted", "TTS": "tone", "EMBEDDER": "hash"}


def test_a_running_turn_is_finished_and_kept(tmp_path: Path) -> None:
    env = {**DOUBLES, "DATA_DIR": str(tmp_path), "SCRIPTED_DELAY_S": "0.7"}
    with own_process(env, log=tmp_path / "log") as (base_url, pid), ContractClient(base_url) as client:
        session = client.start()["session_id"]
        client.turn(session, text=ANSWER)

        def stop_at_the_first_word(event: Event) -> None:
            if event.name == "transcript.final":
                os.kill(pid, signal.SIGTERM)

        events = client.turn(session, text=ANSWER, on_event=stop_at_the_first_word)
        check_turn(events)
        assert events[-1].data["outcome"] == "completed"
        token = client.http.headers["Authorization"]
    with (
        own_process({**DOUBLES, "DATA_DIR": str(tmp_path)}, log=tmp_path / "log2") as (base_url, _),
        ContractClient(base_url) as client,
    ):
        client.http.headers["Authorization"] = token
        turns = client.data("GET", f"/sessions/{session}")["turns"]
        assert [turn["outcome"] for turn in turns] == ["completed", "completed"]
        assert client.resume(session, events[0].data["turn_id"]) == events
