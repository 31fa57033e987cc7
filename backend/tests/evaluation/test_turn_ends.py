"""The benchmark of ends of turns: what its traces hold, and that the client's own code decides on them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backend.asr.ports import SAMPLE_RATE
from backend.asr.scripted import ScriptedEar
from backend.asr.voice_activity import stretches
from backend.commands import sample
from backend.commands.turn_ends import RULES, written
from backend.commands.turn_traces import THOUGHT_S, Trace, talks, trace, with_thoughts
from backend.config import ROOT

FRAME_S = 0.032


def test_thoughts_are_the_same_speech_with_long_pauses() -> None:
    ((sound,),) = talks(Path("nowhere"), sample.SPEECH)
    before, after = stretches(sound), stretches(with_thoughts(sound))
    assert len(before) == len(after) > 2
    for one, other in zip(before, after, strict=True):
        assert other.end - other.start == pytest.approx(one.end - one.start, abs=SAMPLE_RATE // 8)
    gaps = [(b.start - a.end) / SAMPLE_RATE for a, b in zip(after, after[1:], strict=False)]
    assert min(gaps) == pytest.approx(THOUGHT_S, abs=0.2)


async def test_a_trace_holds_what_was_known_and_when() -> None:
    ((sound,),) = talks(Path("nowhere"), sample.SPEECH)
    made = await trace("s0", "whole", sound[: 8 * SAMPLE_RATE], ScriptedEar(["It is done."]), lambda samples: 0.9)
    assert made.pauses and 5 < made.last_s <= 8
    assert [event["at_ms"] for event in made.events] == sorted(event["at_ms"] for event in made.events)
    texts = [event for event in made.events if "text" in event]
    scores = [event for event in made.events if "complete" in event]
    assert texts and scores and len(texts) + len(scores) == len(made.events)
    assert all(event["at_ms"] > event["judged_at_s"] * 1000 for event in scores)
    assert len(made.probabilities) * FRAME_S == pytest.approx(made.last_s + 5, abs=0.3)


def spoken(pause_s: float, *events: dict[str, Any]) -> Trace:
    """Six seconds of speech, a pause, three seconds of speech, five of silence."""
    made = Trace("s0", "whole", last_s=9 + pause_s, judge_ms=[40.0, 50.0])
    for speech, seconds in ((0.9, 6.0), (0.02, pause_s), (0.9, 3.0), (0.02, 5.0)):
        made.probabilities += [speech] * round(seconds / FRAME_S)
    made.pauses, made.events = [(6.0, 6 + pause_s)], list(events)
    return made


def known(at_s: float, text: str, complete: float) -> list[dict[str, Any]]:
    return [
        {"at_ms": at_s * 1000, "text": text, "text_until_s": at_s},
        {"at_ms": at_s * 1000, "complete": complete, "judged_at_s": at_s},
    ]


def test_the_client_decides_by_rule() -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "frontend" / "node_modules").exists():
        pytest.skip("Node or frontend/node_modules is not here")
    traces = [
        spoken(1.8, *known(6.5, "I moved the joins.", 0.05), *known(11.3, "I moved the joins. It held.", 0.95)),
        spoken(2.5, *known(6.5, "I moved the joins, and", 0.95), *known(12.0, "I moved the joins, and it held.", 0.95)),
    ]
    folder = ROOT / "frontend"
    done = subprocess.run(
        [node, "e2e/turn-ends.mjs", "/dev/stdin"], cwd=folder, input=json.dumps([t.wire() for t in traces]),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    decided = json.loads(done.stdout)
    assert set(decided) == set(RULES)
    assert [r["cut"] for r in decided["timer"]] == [[True], [True]]
    assert [r["cut"] for r in decided["text"]] == [[True], [False]]
    assert [r["cut"] for r in decided["model"]] == [[False], [False]]
    assert decided["timer"][0]["wait_s"] == pytest.approx(1.5, abs=0.1)
    assert decided["model"][0]["wait_s"] == pytest.approx(1.0, abs=0.1)
    for trace_, kind in zip(traces, ("whole", "ends"), strict=True):
        trace_.kind = kind
    lines = written([traces[0], *traces], {rule: [both[0], *both] for rule, both in decided.items()}, shared=True)
    assert any("2 of 2 (100 %)" in line and RULES["timer"] in line for line in lines)
