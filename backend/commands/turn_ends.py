"""`interview-helper bench-turns`: how often a candidate is cut off and how long they wait, by rule, on real pauses."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.asr.faster_whisper import FasterWhisper
from backend.asr.smart_turn import SmartTurn
from backend.commands import sample
from backend.commands.page import machine, percentile, write_section
from backend.commands.turn_traces import THOUGHT_S, Trace, talks, traces
from backend.config import ROOT, Settings
from backend.models.manifest import where

RULES = {
    "timer": "fixed timer, 1.5 s",
    "text": "length and text (no turn model)",
    "model": "turn model, length and text",
    "learned": "the same, and learned pauses",
}


def run(speech: Path, page: Path, keep: Path | None) -> None:
    """Trace the recordings, let the client's own code decide, write the section. `keep`: a file for the traces."""
    node = shutil.which("node")
    if node is None or not (ROOT / "frontend" / "node_modules").exists():
        raise SystemExit("the client's rule decides: Node and frontend/node_modules are needed (`make web`)")
    with tempfile.TemporaryDirectory() as folder:
        file = keep or Path(folder) / "traces.json"
        if not file.exists():
            made = asyncio.run(_heard(Settings(), speech))
            file.write_text(json.dumps([each.wire() for each in made]), encoding="utf-8")
        heard = [Trace(**each) for each in json.loads(file.read_text(encoding="utf-8"))]
        decided = subprocess.run(
            [node, "e2e/turn-ends.mjs", str(file.absolute())],
            cwd=ROOT / "frontend", capture_output=True, text=True, check=False,
        )  # fmt: skip
    if decided.returncode:
        raise SystemExit(decided.stderr)
    lines = written(heard, json.loads(decided.stdout), speech.exists())
    write_section(page, "bench-turns", lines)
    print("\n".join(lines))


async def _heard(settings: Settings, speech: Path) -> list[Trace]:
    ear = FasterWhisper(
        where(settings.asr_model, settings.models_dir), model=settings.asr_model, threads=settings.asr_threads
    )
    await ear.warm_up()
    try:
        judge = SmartTurn(where("smart-turn", settings.models_dir))
        return await traces(talks(speech, sample.SPEECH), ear, judge, lambda line: print(line, flush=True))
    finally:
        await ear.close()


def written(heard: list[Trace], decided: dict[str, list[dict[str, Any]]], shared: bool) -> list[str]:
    """The section: `decided` is, for each rule, what it did with each trace."""
    wholes = [each for each in heard if each.kind == "whole"]
    pauses = [end - begin for each in wholes for begin, end in each.pauses]
    judge_ms = [ms for each in heard for ms in each.judge_ms]
    lines = [
        "## End of a hands-free answer (`interview-helper bench-turns`)",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. "
        + ("Recordings of `../shared/data/speech`" if shared else "The product's own sample alone: far too little")
        + f": {len(wholes)} speakers, {sum(each.last_s for each in wholes):.0f} s, {len(pauses)} inner pauses of 0.2 s and"
        f" more (median {statistics.median(pauses):.2f} s, {sum(p >= 0.7 for p in pauses)} of 0.7 s and more,"
        f" longest {max(pauses):.1f} s)."
        if pauses
        else "No pauses were found.",
        "",
        "The live path hears each recording, Whisper and the turn model included, on a clock that runs with the sound and"
        " counts what they take; the client's own code then decides. A pause counts as cut off where the rule would have"
        f" ended the answer in it. *As spoken*: the pauses that were recorded. *As a thought*: each of 0.3 s and more made"
        f" {THOUGHT_S} s long with the silence of its room, words and melody before it as they are. The wait is measured at"
        " the last word of each clip, after the clip before it.",
        "",
        "| rule | pauses cut off, as spoken | answers cut off, as spoken | pauses cut off, as a thought | wait at the end p50 | p90 | ends |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for rule, name in RULES.items():
        by = {
            kind: [r for t, r in zip(heard, decided[rule], strict=True) if t.kind == kind]
            for kind in ("whole", "thoughts", "ends")
        }
        waits = [r["wait_s"] for r in by["ends"] if r["wait_s"] is not None]
        lines.append(
            f"| {name} | {_share(by['whole'])} | {sum(any(r['cut']) for r in by['whole'])} of {len(by['whole'])}"
            f" | {_share(by['thoughts'])} | {percentile(waits, 50):.2f} s | {percentile(waits, 90):.2f} s | {len(waits)} |"
        )
    lines += [
        "",
        f"The turn model takes {percentile(judge_ms, 50):.0f} ms (p50) and {percentile(judge_ms, 95):.0f} ms (p95) a"
        f" judgement on one core, {len(judge_ms)} judgements, beside Whisper.",
        "",
        "How much to trust it: this is mostly speech that was read aloud by few speakers, and no interview; readers pause at"
        " the ends of sentences, where people who think pause in the middle of them. A clip's end is taken for the end of an"
        " answer, though the reader went on in the book. The rule's thresholds were chosen on these very recordings. The learned pauses of a speaker are those of the other places in"
        " the same recording.",
    ]
    return lines


def _share(results: list[dict[str, Any]]) -> str:
    cut = [c for r in results for c in r["cut"]]
    return f"{sum(cut)} of {len(cut)} ({100 * sum(cut) / max(1, len(cut)):.0f} %)"
