"""Traces of spoken answers: what the client knew at each moment of a recording, for rules that decide when it is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from backend.asr.decode import decode
from backend.asr.end_of_turn import Judge
from backend.asr.live import LiveEar
from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber, Transcript
from backend.asr.voice_activity import WINDOW, LiveDetector, stretches

PIECE = 6 * WINDOW
"""Sound that the client sends at a time in a pause (192 ms)."""
TAIL_S = 5.0
SHORTEST_PAUSE_S = 0.2
THOUGHT_S = 2.5
_LONGEST_S = 58.0


@dataclass(frozen=True, slots=True)
class Talk:
    """One recording of a speaker. `clips` are joined as they are, with the silence that they begin and end with."""

    speaker: str
    samples: Samples
    last_s: float
    """Where the last word ends."""


@dataclass(slots=True)
class Trace:
    """What was known when, in milliseconds of the recording."""

    speaker: str
    kind: str
    """`whole`: with the pauses it has; `thoughts`: each of them made a long one; `ends`: looked at for its end."""
    probabilities: list[float] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """In the order of `at_ms`, each either `text`, `text_until_s` or `complete`, `judged_at_s`."""
    pauses: list[tuple[float, float]] = field(default_factory=list)
    """Inner pauses: (end of speech, speech again) in seconds."""
    last_s: float = 0.0
    judge_ms: list[float] = field(default_factory=list)

    def wire(self) -> dict[str, Any]:
        return asdict(self)


def talks(folder: Path, sample: Path) -> list[list[Samples]]:
    """The clips of each speaker in their order; without the folder, the sentences of the sample that comes along."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.*")):
        if path.suffix not in {".flac", ".wav"} or path.stem.startswith(
            ("noise", "stereo", "mfa_laughter", "mfa_breaths")
        ):
            continue
        name = path.stem.partition("-")[0] if "-" in path.stem else path.stem
        found.setdefault("austen" if "austen" in name else name, []).append(path)
    paths = list(found.values()) or [[sample]]
    return [
        [decode(path.read_bytes(), None, max_s=300)[: round(_LONGEST_S * SAMPLE_RATE)] for path in each]
        for each in paths
    ]


def room_noise(like: Samples, seconds: float, seed: int) -> Samples:
    """Silence as it is in this recording: noise as strong as its quietest moments."""
    frames = like[: len(like) // WINDOW * WINDOW].reshape(-1, WINDOW)
    level = float(np.percentile(np.sqrt((frames**2).mean(axis=1)), 5)) if len(frames) else 0.0005
    random = np.random.default_rng(seed)
    return random.normal(0, min(0.003, max(0.0002, level)), round(seconds * SAMPLE_RATE)).astype(np.float32)


def with_thoughts(samples: Samples) -> Samples:
    """The same speech, each inner pause of 0.3 s and more filled up to `THOUGHT_S` with the silence of the room."""
    spoken = stretches(samples)
    parts: list[Samples] = [samples[: spoken[0].end]]
    for before, after in zip(spoken, spoken[1:], strict=False):
        missing = THOUGHT_S - (after.start - before.end) / SAMPLE_RATE
        middle = (before.end + after.start) // 2
        parts += [
            samples[before.end : middle],
            room_noise(samples, max(0.0, missing), len(parts)),
            samples[middle : after.end],
        ]
    return np.concatenate([*parts, samples[spoken[-1].end :]])


class _Watched:
    """An ear that tells when it works; how long it took is part of the trace."""

    def __init__(self, ear: Transcriber) -> None:
        self._ear = ear
        self.running = 0
        self.name = ear.name

    async def transcribe(self, *args: Any, **options: Any) -> Transcript:
        self.running += 1
        try:
            return await self._ear.transcribe(*args, **options)
        finally:
            self.running -= 1

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


async def trace(speaker: str, kind: str, samples: Samples, ear: Transcriber, judge: Judge) -> Trace:
    """Hear a recording through the live path. Its clock is the recording's: what takes the machine 300 ms is known
    300 ms later, and told with the answer to the next piece."""
    spoken = stretches(samples)
    made = Trace(speaker, kind, last_s=spoken[-1].end / SAMPLE_RATE)
    made.pauses = [
        (before.end / SAMPLE_RATE, after.start / SAMPLE_RATE)
        for before, after in zip(spoken, spoken[1:], strict=False)
        if after.start - before.end >= SHORTEST_PAUSE_S * SAMPLE_RATE
    ]
    sound = np.concatenate([samples[: spoken[-1].end], room_noise(samples, TAIL_S, 1)])
    sound = sound[: len(sound) // PIECE * PIECE]
    detector, watched = LiveDetector(), _Watched(ear)
    judging = 0

    def timed(pause: Samples) -> float:
        nonlocal judging
        judging += 1
        begun = time.perf_counter()
        try:
            return judge(pause)
        finally:
            made.judge_ms.append((time.perf_counter() - begun) * 1000)
            judging -= 1

    live = LiveEar(watched, max_s=120, judge=timed)
    listening = live.begin(judge_pauses=True)
    text, score = ("", 0.0), (0.0, 0.0)
    for start in range(0, len(sound), PIECE):
        piece = sound[start : start + PIECE]
        made.probabilities += [round(each, 3) for each in detector(piece)]
        begun = time.perf_counter()
        listening.add(piece)
        await _until(lambda: listening._total - listening._seen < WINDOW)  # type: ignore[attr-defined]
        await _settled(lambda: watched.running == 0 and judging == 0)
        late_ms = (time.perf_counter() - begun) * 1000
        end_ms, pause = (start + PIECE) / SAMPLE_RATE * 1000, listening.pause
        if pause is not None and (pause.complete, pause.at_s) != score:
            score = (pause.complete, pause.at_s)
            at_ms = _told(end_ms, made.judge_ms[-1])
            made.events.append({"at_ms": at_ms, "complete": pause.complete, "judged_at_s": pause.at_s})
        until_s = pause.text_until_s if pause is not None else 0.0
        if listening.partial.text != text[0] or (pause is not None and until_s != text[1]):
            text = (listening.partial.text, until_s)
            made.events.append({"at_ms": _told(end_ms, late_ms), "text": text[0], "text_until_s": until_s})
    made.events.sort(key=lambda event: float(event["at_ms"]))
    listening.stop()
    await live.close()
    return made


def _told(end_ms: float, late_ms: float) -> int:
    """When the client hears of it: with the answer to the first piece that is sent after it is known."""
    piece_ms = PIECE / SAMPLE_RATE * 1000
    return round(end_ms + piece_ms * max(1, int(np.ceil(late_ms / piece_ms))))


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.001)


async def _settled(true: Callable[[], bool]) -> None:
    """True, and still true after everything that was about to begin has begun."""
    for _ in range(3):
        await asyncio.sleep(0.001)
        await _until(true)


async def traces(
    speakers: Sequence[Sequence[Samples]], ear: Transcriber, judge: Judge, say: Callable[[str], object]
) -> list[Trace]:
    """Each speaker's clips joined, the same with long pauses, and each clip's end after the clip before it."""
    made: list[Trace] = []

    async def one(speaker: str, kind: str, samples: Samples) -> None:
        if len(stretches(samples)):
            made.append(await trace(speaker, kind, samples[: round(_LONGEST_S * SAMPLE_RATE)], ear, judge))

    work: list[Awaitable[None]] = []
    for number, clips in enumerate(speakers):
        speaker, joined = f"s{number}", np.concatenate(clips)
        work += [one(speaker, "whole", joined), one(speaker, "thoughts", with_thoughts(joined))]
        work += [one(speaker, "ends", np.concatenate(clips[max(0, at - 1) : at + 1])) for at in range(len(clips))]
    for at, each in enumerate(work):
        await each
        say(f"{at + 1} of {len(work)} recordings heard")
    return made
