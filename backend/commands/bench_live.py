"""`make bench-live`: real speech sent as it is spoken, and how soon after the last word the coach answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from backend.asr.faster_whisper import FasterWhisper
from backend.asr.live import LiveEar
from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Urgency
from backend.commands import sample
from backend.commands.bench import resident_memory
from backend.commands.client import Client, Event
from backend.commands.page import machine, percentile, write_section
from backend.commands.running import own_process
from backend.commands.spoken_answers import SpokenAnswer, spoken_answers
from backend.commands.timeline import drawn
from backend.interview.ready_sound import ready_pieces
from backend.llm.local_server import LocalChat
from backend.llm.ports import Message, Usage
from backend.models.fetch import where
from backend.tts.piper import PiperVoice

TAIL, CLAUSE = "faster-whisper on the tail (button)", "Piper on the first clause, where it was not made ahead (button)"
FIRST_TOKEN = "llama.cpp, first token of a question with a prompt of about 1,000 tokens cached"
FORTY_TOKENS = "llama.cpp, the same question whole (at most 40 tokens)"
_MODELS = Path("~/.cache/interview-helper/models")
PIECE_S = 0.25
BUTTON_S, HANDS_FREE_S = 0.0, 0.6
"""Silence between the last sample of speech and the end of the turn: a button at the last word, or hands-free."""
TAKES_BREATH_S = 4.0
"""Between hearing a question and beginning to answer it."""
_QUIET_S, _QUIET_CORES, _QUIET_AT_LAST_S = 0.5, 0.1, 30.0
"""The server is quiet after so long with so little to do; at the latest after that long it is taken for quiet."""
MARKS = {
    "final transcript": "transcript.final",
    "first feedback": "feedback.delta",
    "first audio byte": "first byte",
    "first audio not made ahead": "first byte of its own",
    "whole question": "question.final",
    "whole turn": "turn.ended",
}
OTHERS_AT_MOST = 5
"""Turns of the kinds that are there for comparison."""


@dataclass
class Figures:
    """Seconds on the client's clock from the end of the turn (the wait for it apart), one list per mark."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {mark: [] for mark in MARKS})
    server_ms: dict[str, list[int]] = field(default_factory=dict)
    """The server's own marks of each turn, from the arrival of the last byte."""
    tokens: list[int] = field(default_factory=list)
    """Prompt tokens that the model evaluated after the end of each turn."""
    tails: list[str] = field(default_factory=list)
    """What was heard of each answer after its last piece had been sent: the end of the transcript, not settled before."""
    listening_cores: list[float] = field(default_factory=list)
    underruns: int = 0
    pieces: int = 0
    first_clauses: list[str | None] = field(default_factory=list)
    """What is spoken first in each turn; None where it was made ahead."""

    def rows(self, kind: str) -> list[str]:
        """Lines of a table."""
        return [
            f"| {kind} | {mark} | {percentile(values, 50):.2f} | {percentile(values, 95):.2f} | {len(values)} |"
            for mark, values in self.seconds.items()
            if values
        ]


def both(one: Figures, other: Figures) -> Figures:
    """The seconds of two kinds of turns together."""
    return Figures(seconds={mark: [*values, *other.seconds[mark]] for mark, values in one.seconds.items()})


def run(turns: int, page: Path, speech: Path, candidates: int) -> None:
    """Start servers, play every kind of turn, measure the bare parts beside them, write the section."""
    answers = spoken_answers(speech, sample.SPEECH, turns)
    button, hands, upload = Figures(), Figures(), Figures()
    crowds: dict[int, Figures] = {}
    with own_process() as (base_url, pid), Alone() as alone:  # uploads have another: the voice remembers
        cpu = partial(cpu_seconds, pid)

        def measure_alone(answer: SpokenAnswer) -> None:
            _until_quiet(cpu)
            alone.measure(answer, button.first_clauses[-1])

        play(base_url, answers[0::2], button, wait_s=BUTTON_S, cpu=cpu, name="button", after=measure_alone)
        play(base_url, answers[1::2], hands, wait_s=HANDS_FREE_S, cpu=cpu, name="hands-free")
        memory = resident_memory(pid)
    with own_process() as (base_url, _):
        play(base_url, answers[:OTHERS_AT_MOST], upload, wait_s=None, name="upload")
    for crowd in range(2, candidates + 1):
        with own_process() as (base_url, pid):
            figures = crowds[crowd] = Figures()
            threads = [
                threading.Thread(target=play, args=(base_url, answers[n::crowd][:2], figures)) for n in range(crowd)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            memory = resident_memory(pid)
    bare, tails = asyncio.run(bare_model(button.tails + hands.tails))
    kinds = {"button": button, "hands-free": hands, "upload": upload}
    write_section(page, "bench-live", _lines(answers, kinds, crowds, alone.seconds | bare, tails, memory))
    timeline = page.with_name("latency.md")
    write_section(timeline, "timeline", drawn(button.server_ms, button.seconds["first audio byte"]))
    print(f"wrote {page} and {timeline}")


# --- one candidate ---------------------------------------------------------------------------------------------------


def play(
    base_url: str,
    answers: Sequence[SpokenAnswer],
    figures: Figures,
    *,
    wait_s: float | None = HANDS_FREE_S,
    cpu: Callable[[], float] | None = None,
    name: str = "crowd",
    after: Callable[[SpokenAnswer], None] = lambda answer: None,
) -> None:
    """Interviews until every answer is given. `wait_s` None: the whole recording is uploaded at the end. `after` is
    called after each turn."""
    client = Client(base_url)
    documents = [
        client.upload(kind, path)["document_id"]
        for kind, path in (("job_description", sample.JOB), ("resume", sample.RESUME))
    ]
    session_id = ""
    for number, answer in enumerate(answers):
        if number % 8 == 0:
            plan = {"mode": "behavioral", "question_count": 10, "document_ids": documents}
            session_id = client.start(**plan)["session_id"]
            time.sleep(TAKES_BREATH_S)
        if wait_s is None:
            time.sleep(TAKES_BREATH_S)
            events, settled = client.turn(session_id, audio=answer.wav()), 0
        else:
            before, began = (cpu() if cpu else 0.0), time.perf_counter()
            recording, count, settled = speak(client, session_id, answer, wait_s)
            if cpu is not None:
                figures.listening_cores.append((cpu() - before) / (time.perf_counter() - began))
            events = client.turn(session_id, recording=(recording, count))
        first = follow(client, events, figures, settled)
        print(f"{name} {number + 1}/{len(answers)} ({answer.seconds:.0f} s): " + ", ".join(
            f"{mark} {first[event]:.2f}" for mark, event in MARKS.items() if event in first), flush=True)  # fmt: skip
        after(answer)
        time.sleep(TAKES_BREATH_S)


def speak(client: Client, session_id: str, answer: SpokenAnswer, wait_s: float) -> tuple[str, int, int]:
    """Send an answer at the speed of speech, and `wait_s` of silence; returns when the last piece has been spoken, with
    (recording, pieces, characters of the transcript that are settled by then)."""
    hush = np.random.default_rng(1).normal(0, 0.0005, round(wait_s * SAMPLE_RATE)).astype(np.float32)
    pcm = SpokenAnswer("", np.concatenate([answer.samples, hush])).pcm()
    recording = client.record(session_id)
    size = 2 * round(PIECE_S * SAMPLE_RATE)
    began = time.perf_counter()
    count = settled = 0
    for start in range(0, len(pcm), size):
        piece = pcm[start : start + size]
        # A piece can be sent when its last sample has been spoken, not before.
        time.sleep(max(0.0, began + (start + len(piece)) / 2 / SAMPLE_RATE - time.perf_counter()))
        settled = client.piece(session_id, recording, count, piece)["partial"]["stable_chars"]
        count += 1
    return recording, count, settled


def follow(client: Client, events: Iterable[Event], figures: Figures, settled: int) -> dict[str, float]:
    """Take one turn's figures; every clip is fetched as a player does. `settled`: see `speak`."""
    first: dict[str, float] = {}
    plays_until = 0.0
    ready = ready_pieces()
    for event in events:
        first.setdefault(event.name, event.at_s)
        if event.name == "audio":
            begun = time.perf_counter()
            client.first_byte(event.data["url"])
            here = event.at_s + time.perf_counter() - begun
            made_ahead = event.data["text"] in ready
            if "first byte" not in first:
                first["first byte"] = plays_until = here
                figures.first_clauses.append(None if made_ahead else event.data["text"])
            if not made_ahead:
                first.setdefault("first byte of its own", here)
            figures.underruns += here > plays_until + 0.02
            figures.pieces += 1
            plays_until = max(plays_until, here) + event.data["duration_ms"] / 1000
        elif event.name == "transcript.final":
            figures.tails.append(event.data["text"][settled:])
        elif event.name == "turn.ended":
            for name, ms in event.data["timings_ms"].items():
                figures.server_ms.setdefault(name, []).append(ms)
            figures.tokens.append(int(event.data["timings_ms"].get("llm_prompt_tokens", 0)))
    if missing := {"transcript.final", "first byte", "turn.ended"} - first.keys():
        raise RuntimeError(f"a turn without {', '.join(sorted(missing))}")
    for mark, name in MARKS.items():
        if name in first:
            figures.seconds[mark].append(first[name])
    return first


# --- the bare parts --------------------------------------------------------------------------------------------------


class _LastPiece:
    """An ear that only notes what it is given: the last piece of a recording is what is left at its end."""

    name = "none"

    def __init__(self) -> None:
        self.samples: Samples | None = None

    async def transcribe(self, samples: Samples, *, urgency: Urgency | None = None, **other: object) -> Transcript:
        self.samples = samples
        seconds = len(samples) / SAMPLE_RATE
        return Transcript("noted", "en", seconds, seconds, ())

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


class Alone:
    """The product's ear and voice in this process: what the last stretch of an answer and the first clause of the reply
    take with nothing else around, measured beside each turn, because the speed of a shared machine drifts."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {TAIL: [], CLAUSE: []}
        """0 where no stretch is left, or where the clause was made ahead."""
        model = where("joe", _MODELS)
        self._ear = FasterWhisper(where("whisper-base", _MODELS), model="whisper-base")
        self._voice = PiperVoice(model, name=model.stem)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Alone:
        self._runner.run(self._ear.warm_up())
        self._runner.run(self._voice.warm_up())
        return self

    def __exit__(self, *exc: object) -> None:
        self._runner.run(self._ear.close())
        self._runner.run(self._voice.close())
        self._runner.close()

    def measure(self, answer: SpokenAnswer, clause: str | None) -> None:
        """One turn's parts."""
        self._runner.run(self._measure(answer, clause))

    async def _measure(self, answer: SpokenAnswer, clause: str | None) -> None:
        note = _LastPiece()
        listening = LiveEar(note, max_s=300).begin()
        for start in range(0, len(answer.samples), round(PIECE_S * SAMPLE_RATE)):
            listening.add(answer.samples[start : start + round(PIECE_S * SAMPLE_RATE)])
            await asyncio.sleep(0.01)
        await listening.finish()
        began = time.perf_counter()
        if note.samples is not None:
            await self._ear.transcribe(note.samples)
        self.seconds[TAIL].append(time.perf_counter() - began)
        began = time.perf_counter()
        if clause is not None:
            await self._voice.speak(clause)
        self.seconds[CLAUSE].append(time.perf_counter() - began)


def _until_quiet(cpu: Callable[[], float]) -> None:
    """Wait until a server has read ahead what it can."""
    until = time.monotonic() + _QUIET_AT_LAST_S
    while time.monotonic() < until:
        before = cpu()
        time.sleep(_QUIET_S)
        if cpu() - before < _QUIET_CORES * _QUIET_S:
            return


async def bare_model(tails: Sequence[str]) -> tuple[dict[str, list[float]], list[int]]:
    """(seconds of the language model on one short question with everything before it read, tokens of each of `tails`)."""
    found: dict[str, list[float]] = {FIRST_TOKEN: [], FORTY_TOKENS: []}
    chat = LocalChat(where("qwen2.5-coder-1.5b", _MODELS))
    said = " ".join(f"In week {n} we counted {n * 7} calls and wrote down each reason." for n in range(52))
    try:
        await chat.warm_up()
        for number in range(11):
            messages = [Message("user", f"{said}\n\nAsk one question about week {number}.")]
            began, first = time.perf_counter(), 0.0
            async for _ in chat.stream(messages, max_tokens=40, slot="bare", first_token_timeout_s=90, timeout_s=90):
                first = first or time.perf_counter() - began
            if number:  # the first one reads everything
                found[FIRST_TOKEN].append(first)
                found[FORTY_TOKENS].append(time.perf_counter() - began)
        empty, *lengths = [await _prompt_tokens(chat, text) for text in ("", *tails)]
        return found, [length - empty for length in lengths]
    finally:
        await chat.close()


async def _prompt_tokens(chat: LocalChat, text: str) -> int:
    used: list[Usage] = []
    message = Message("user", f"Answer:{text}")
    async for _ in chat.stream(
        [message], max_tokens=1, slot="bare", first_token_timeout_s=90, timeout_s=90, on_usage=used.append
    ):
        pass
    return used[-1].prompt_tokens or 0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its living descendants, from /proc."""
    total, todo = 0.0, [pid]
    while todo:
        current = todo.pop()
        try:
            fields = Path(f"/proc/{current}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / 100
            for children in Path(f"/proc/{current}/task").glob("*/children"):
                todo += [int(child) for child in children.read_text().split()]
        except OSError:
            continue
    return total


# --- the page --------------------------------------------------------------------------------------------------------


def _lines(
    answers: Sequence[SpokenAnswer],
    kinds: dict[str, Figures],
    crowds: dict[int, Figures],
    bare: dict[str, list[float]],
    tails: Sequence[int],
    memory: str,
) -> list[str]:
    spoken = [answer.seconds for answer in answers]
    button, hands = kinds["button"], kinds["hands-free"]
    lines = [
        "## The live path",
        "",
        "Written by `make bench-live`. Recordings of one reader each, joined with pauses, are sent in pieces of "
        f"{PIECE_S:.2f} s at the speed of speech. The clock is the client's and starts at the end of the turn: at the last sample of "
        f"speech (button), or after {HANDS_FREE_S:.1f} s of silence (hands-free; that wait is apart). `upload` sends the same answers "
        "whole. The product is as shipped: openers and set reactions are spoken ahead. Models are warm, one candidate at a time "
        "unless said; uploads and several candidates at once have servers of their own.",
        "",
        f"- when: {datetime.now(UTC).strftime('%Y-%m-%d %H:%M UTC')}",
        f"- machine: {machine()}",
        f"- answers: {len(answers)}, {min(spoken):.0f} to {max(spoken):.0f} s, {sum(spoken) / len(spoken):.0f} s on average",
        f"- resident memory of the server and its children: {memory}",
        "",
        "| turn | mark | p50 s | p95 s | runs |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for kind, figures in kinds.items():
        lines += figures.rows(kind)
    lines += both(button, hands).rows("live, both")
    for crowd, figures in crowds.items():
        lines += figures.rows(f"{crowd} candidates at once")
    lines += ["", "| alone, in the same run | p50 s | p95 s |", "| --- | ---: | ---: |"]
    for name, values in bare.items():
        if worked := [value for value in values if value > 0.001]:
            lines.append(f"| {name} | {percentile(worked, 50):.2f} | {percentile(worked, 95):.2f} |")
    alone = [ear + voice for ear, voice in zip(bare[TAIL], bare[CLAUSE], strict=True)]
    first = button.seconds["first audio byte"]
    more = [with_all - parts for with_all, parts in zip(first, alone, strict=True)]
    made_ahead = sum(clause is None for clause in button.first_clauses)
    lines += [
        "",
        f"- first audio byte after the button over its bare parts (the tail heard alone right after the turn, and the first "
        f"clause spoken alone unless it was made ahead, as in {made_ahead} of {len(first)}): "
        f"{sum(first) / sum(alone):.2f} of all turns together, "
        f"{percentile(more, 50):+.2f} s p50, {percentile(more, 95):+.2f} s p95",
    ]
    cores = button.listening_cores + hands.listening_cores
    tokens = button.tokens + hands.tokens
    beyond = [count - tail for count, tail in zip(tokens, tails, strict=True) if count]
    lines += [
        f"- processor while listening: {percentile(cores, 50):.2f} cores p50, {max(cores):.2f} at most",
        f"- prompt tokens evaluated after the end of speech (all of them under the playback): "
        f"{percentile(tokens, 50):.0f} p50, {percentile(tokens, 95):.0f} p95; beyond those of the answer's own unsettled end: "
        f"{percentile(beyond, 50):.0f} p50, {percentile(beyond, 95):.0f} p95",
        f"- clips that came too late for playback without a gap: {button.underruns + hands.underruns} of "
        f"{button.pieces + hands.pieces}",
    ]
    return lines
