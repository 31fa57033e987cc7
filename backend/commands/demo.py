"""A whole interview turn in the terminal: real job, real resume, real speech, events as they arrive, the report."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from backend.commands.client import Client, Event

console = Console(width=110)


def play(base_url: str, *, job: Path, resume: Path, speech: Path, wav_out: Path) -> None:
    """Run the demo against a server and write the coach's voice to `wav_out`."""
    client = Client(base_url)
    documents = [_upload(client, "job_description", job), _upload(client, "resume", resume)]
    session = client.start(mode="behavioral", question_count=2, document_ids=documents)
    console.print(Panel(session["question"]["text"], title="Question 1", border_style="cyan"))
    clips = [client.fetch(session["audio"]["url"])] if "audio" in session else []
    console.print(f"[dim]answering with {speech.name}[/dim]")
    for event in client.turn(session["session_id"], audio=speech):
        _show(event)
        if event.name == "audio":
            clips.append(client.fetch(event.data["url"]))
    console.print("\n[dim]and once more, typed, to hear what a fuller answer gets[/dim]")
    for event in client.turn(session["session_id"], text=TYPED):
        _show(event)
        if event.name == "audio":
            clips.append(client.fetch(event.data["url"]))
    _report(client.get(f"/sessions/{session['session_id']}/report"))
    _write_wav(clips, wav_out)


TYPED = (
    "In my last role the weekly stock report took most of Friday, so I was asked to make it faster. "
    "I looked at where the time went, moved the joins into the database and wrote a short guide for the team. "
    "After that it took twenty minutes and nobody stayed late."
)


def _upload(client: Client, kind: str, path: Path) -> str:
    document = client.upload(kind, path)
    if document["status"] != "ready":
        raise RuntimeError(document["error"]["message_safe"])
    console.print(
        f"[green]ready[/green] {path.name}: {document['characters']} characters, {document['chunks']} passages"
    )
    return str(document["document_id"])


def _show(event: Event) -> None:
    data, name = event.data, event.name
    told: dict[str, Callable[[], str]] = {
        "transcript.final": lambda: data["text"],
        "delivery": lambda: f"{data['word_count']} words, {data['words_per_minute'] or '-'} a minute",
        "star": lambda: "missing: " + (", ".join(data["missing"]) or "nothing"),
        "context.found": lambda: ", ".join(c["citation_id"] for c in data["citations"]) or "-",
        "feedback.delta": lambda: data["text"].strip(),
        "feedback.final": lambda: _scores(data),
        "question.final": lambda: data["question"]["text"],
        "audio": lambda: f"{data['duration_ms'] / 1000:.1f} s of {data['role']}: {data['text']}",
        "notice": lambda: data["message_safe"],
        "turn.failed": lambda: data["error"]["message_safe"],
        "turn.ended": lambda: data["outcome"],
    }
    if name in told:
        console.print(f"[dim]{event.at_s:6.2f} s[/dim]  [bold]{name:<16}[/bold] {told[name]()}", highlight=False)


def _scores(feedback: dict[str, Any]) -> str:
    if not feedback["scored"]:
        return f"not scored: {feedback.get('not_scored_because')}"
    scores = ", ".join(f"{name} {score['score']}" for name, score in feedback["scores"].items())
    return f"{scores}; {feedback['withheld']} sentences held back"


def _report(report: dict[str, Any]) -> None:
    table = Table(title="Report", show_header=True, header_style="bold", width=110)
    table.add_column("dimension")
    table.add_column("score", justify="right")
    table.add_column("why")
    for name, score in report["scores"].items():
        table.add_row(name, str(score["score"]), score["why"])
    console.print(Panel(report["summary"], title="Summary", border_style="green"))
    console.print(table)
    for requirement in report["job_fit"]["requirements"]:
        console.print(f"  {requirement['status']:<10} {requirement['text'][:90]}", highlight=False)


def _write_wav(clips: list[bytes], path: Path) -> None:
    if not clips:
        return
    with wave.open(str(path), "wb") as out:
        for clip in clips:
            with wave.open(io.BytesIO(clip)) as part:
                if out.getnframes() == 0:
                    out.setparams(part.getparams())
                out.writeframes(part.readframes(part.getnframes()))
                out.writeframes(b"\0\0" * (part.getframerate() // 3))
    console.print(f"\nthe coach's voice: {path}")
