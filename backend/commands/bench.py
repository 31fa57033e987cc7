"""`make bench`: text and voice turns against the running product, with the figures written into docs/benchmarks.md."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend.commands import sample
from backend.commands.client import Client
from backend.commands.page import machine, percentile, write_section
from backend.commands.running import own_process as own_server

MARKS = {
    "transcript": "transcript.final",
    "first feedback": "feedback.delta",
    "first audio": "audio",
    "question": "question.final",
    "feedback": "feedback.final",
    "whole turn": "turn.ended",
}
LISTENS_S = 6.0
"""How long the candidate of the benchmark hears the question and speaks before the answer is sent."""
TYPED = (
    "At my last company the nightly import kept failing and the support team had no numbers in the morning. "
    "I was asked to make it reliable before the end of the quarter. I added retries with a limit, moved the slow "
    "lookup into one query and wrote an alert that names the broken file. Failures went from nine a month to one, "
    "and the morning report has been on time since then."
)


@dataclass
class Runs:
    """Client-side seconds from the end of the upload to the first event of each kind, one list per mark."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {mark: [] for mark in MARKS})
    server_ms: dict[str, list[int]] = field(default_factory=dict)

    def add(self, first: dict[str, float], timings_ms: dict[str, int]) -> None:
        for mark, event in MARKS.items():
            if event in first:
                self.seconds[mark].append(first[event])
        for name, value in timings_ms.items():
            self.server_ms.setdefault(name, []).append(value)

    def table(self) -> list[str]:
        lines = ["| mark | p50 s | p95 s | runs |", "| --- | ---: | ---: | ---: |"]
        for mark, values in self.seconds.items():
            if values:
                lines.append(
                    f"| {mark} | {percentile(values, 50):.2f} | {percentile(values, 95):.2f} | {len(values)} |"
                )
        return lines

    def stages(self) -> list[str]:
        lines = ["| server mark | p50 | p95 |", "| --- | ---: | ---: |"]
        for name, values in self.server_ms.items():
            unit = "tokens" if name.endswith("tokens") else "ms"
            lines.append(f"| {name} ({unit}) | {percentile(values, 50):.0f} | {percentile(values, 95):.0f} |")
        return lines


def run(runs: int, page: Path) -> None:
    """Start a server, measure, write the page."""
    started_at = time.perf_counter()
    with own_server({"TTS_CACHE_BYTES": "0"}) as (base_url, pid):
        ready_s = time.perf_counter() - started_at
        results = measure(base_url, job=sample.JOB, resume=sample.RESUME, speech=sample.SPEECH, runs=runs)
        rss = resident_memory(pid)
    write_page(page, results, speech_s=sample.speech_seconds(), ready_s=ready_s, rss=rss)
    print(f"wrote {page}")


def measure(base_url: str, *, job: Path, resume: Path, speech: Path, runs: int) -> dict[str, Runs]:
    """Play `runs` typed and `runs` spoken turns, one at a time, each in a warm interview of its own question order."""
    client = Client(base_url)
    documents = [client.upload(kind, path)["document_id"] for kind, path in
                 (("job_description", job), ("resume", resume))]  # fmt: skip
    results = {"typed": Runs(), "spoken": Runs()}
    for kind, result in results.items():
        left = runs
        while left > 0:
            session = client.start(mode="behavioral", question_count=10, document_ids=documents)
            for number in range(min(left, 8)):
                time.sleep(LISTENS_S)
                first: dict[str, float] = {}
                timings: dict[str, int] = {}
                answer = {"audio": speech} if kind == "spoken" else {"text": f"{TYPED} That was year {number + 1}."}
                for event in client.turn(session["session_id"], **answer):
                    first.setdefault(event.name, event.at_s)
                    if event.name == "turn.ended":
                        timings = event.data["timings_ms"]
                result.add(first, timings)
                print(f"{kind} {runs - left + 1}/{runs}: " + ", ".join(
                    f"{mark} {first[event]:.2f}" for mark, event in MARKS.items() if event in first))  # fmt: skip
                left -= 1
            client.finish(session["session_id"])
    return results


def write_page(path: Path, results: dict[str, Runs], *, speech_s: float, ready_s: float | None, rss: str) -> None:
    """Replace this command's section of the page with these figures."""
    today = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        "## Whole turns, one after the other",
        "",
        "Written by `make bench`; figures of one run on one machine, not promises. The clock is the client's: it starts",
        "when the answer has been sent whole and stops at the first event of the kind. Models are warm, the voice cache is",
        f"off, one candidate at a time, who takes {LISTENS_S:.0f} s to hear a question and answer it (the model reads ahead then).",
        "",
        f"- when: {today}",
        f"- machine: {machine()}",
        f"- spoken answer: {speech_s:.1f} s of speech, uploaded whole",
        f"- resident memory of the server and its children: {rss}",
    ]
    if ready_s is not None:
        lines.append(f"- start to ready: {ready_s:.1f} s")
    for kind, result in results.items():
        lines += ["", f"### {kind.capitalize()} turns", "", *result.table(), "", *result.stages()]
    write_section(path, "bench", lines)


def resident_memory(pid: int) -> str:
    """Resident set of a process and its descendants, from /proc."""
    total, todo = 0, [pid]
    while todo:
        current = todo.pop()
        status = Path(f"/proc/{current}/status")
        if not status.exists():
            continue
        for line in status.read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
        for children in Path(f"/proc/{current}/task").glob("*/children"):
            todo += [int(child) for child in children.read_text().split()]
    return f"{total / 1024 / 1024:.2f} GiB"
