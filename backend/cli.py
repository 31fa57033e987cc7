"""`interview-helper serve | migrate | demo | bench* | eval | train | examples | scripted-llm | e2e | docs | prompts | models | bank`."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer
import uvicorn
from fastapi import FastAPI

from backend.commands import (
    author_examples,
    bank,
    browser,
    generated_docs,
    intake,
    releases,
    running,
    sample,
    scripted_llm,
    turn_ends,
)
from backend.commands import authors as comparing
from backend.commands import bench as benchmark
from backend.commands import bench_live as live_benchmark
from backend.commands import bench_load as load_benchmark
from backend.commands import bench_observation as observation_benchmark
from backend.commands import demo as demonstration
from backend.commands import evaluation as measuring
from backend.commands import examples as playing
from backend.config import ROOT, BadSettings, Settings, load
from backend.install import ports
from backend.observability.logs import configure

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Interview Helper: practise interviews out loud.")
main.add_typer(releases.prompts, name="prompts")
main.add_typer(releases.models, name="models")
main.add_typer(bank.bank, name="bank")
main.command("scripted-llm")(scripted_llm.run)


@main.callback()
def everywhere(context: typer.Context) -> None:
    context.obj = releases.Registry(lambda: Settings().mlflow_store(), ROOT / "backend" / "interview" / "prompts")


def _settings(**given: object) -> Settings:
    """The settings, or the end of the program with every wrong one named."""
    try:
        return load(**given)
    except BadSettings as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None


SWITCH_S = 0.001
"""How long a thread that computes (the analysis of an answer) may keep the event loop waiting; Python's own is 5 ms."""
_YOUNG = (700, 10)
"""Python's own."""
_WHOLE_COLLECTIONS_AFTER = 500
"""Collections of the middle generation, so that it is one whole collection in some 700 turns; Python's own is 10. With
250 turns open a whole one took 165 ms, in which no event was sent."""


class DrainingServer(uvicorn.Server):
    """On the first SIGTERM or Ctrl-C no new turn begins and running ones finish; on the second it stops at once."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._settling = asyncio.ensure_future(self._settle())

    async def _settle(self) -> None:
        """Once everything is loaded, take it out of what the garbage collector looks through each time.

        Those are half a million objects: a whole collection took 300 ms, in which no event was sent; now 11 ms.
        """
        while not self._app.state.services.readiness.started:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_YOUNG, _WHOLE_COLLECTIONS_AFTER)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._loop is None or not self.started or self._draining is not None:
            super().handle_exit(sig, frame)
        else:
            self._loop.call_soon_threadsafe(self._begin_drain)

    def _begin_drain(self) -> None:
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain())

    async def _drain(self) -> None:
        try:
            await self._app.state.services.drain()
        finally:
            self.should_exit = True  # not uvicorn's handle_exit, which ends with the signal instead of status 0


@main.command()
def serve(
    role: Annotated[
        str, typer.Option(help="`all`, or `speech`: ears and voices alone (section 8). Default: ROLE")
    ] = "",
) -> None:
    """Serve the API and the web client on one port."""
    settings = _settings(**{"role": role} if role else {})
    if taken := ports.complaint(settings.host, settings.port, "PORT"):
        typer.echo(f"error: {taken}", err=True)
        raise typer.Exit(1)
    from backend.app import create_app  # takes seconds, which the other commands need not spend

    configure(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=round(settings.drain_s) + 5,
    )
    server = DrainingServer(config, app)
    typer.echo(f"==> http://{settings.host}:{settings.port}  (Ctrl-C stops it)")
    server.run()


@main.command()
def migrate() -> None:
    """Bring the database at DATABASE_URL to the present schema. Every start does the same; one at a time does it."""
    settings = _settings()
    from backend import wiring  # takes seconds, which the other commands need not spend

    configure(settings.log_level)
    asyncio.run(wiring.migrate(settings))
    typer.echo("==> the database has the present schema")


@main.command()
def demo(
    base_url: Annotated[str, typer.Option(help="A running product; without one, a server is started.")] = "",
    job: Annotated[Path, typer.Option(help="Job description")] = sample.JOB,
    resume: Annotated[Path, typer.Option(help="Resume")] = sample.RESUME,
    speech: Annotated[Path, typer.Option(help="A recording of an answer")] = sample.SPEECH,
    out: Annotated[Path, typer.Option(help="Where the coach's voice goes")] = Path("coach.wav"),
) -> None:
    """Play a whole interview in the terminal: documents, a spoken and a typed answer, the report."""
    with running.server_or(base_url or f"http://127.0.0.1:{Settings().port}", typer.echo) as address:
        demonstration.play(address, job=job, resume=resume, speech=speech, wav_out=out)


@main.command()
def bench(
    runs: Annotated[int, typer.Option(min=1, help="Turns of each kind")] = 20,
    page: Annotated[Path, typer.Option(help="Page to write")] = ROOT / "docs" / "benchmarks.md",
) -> None:
    """Measure typed and spoken turns against a server of our own, on real models."""
    benchmark.run(runs, page)


@main.command("eval")
def evaluate(
    shared: Annotated[Path, typer.Option(help="Folder of the shared data")] = ROOT.parent / "shared" / "data",
    documents: Annotated[int, typer.Option(min=30, help="Texts of Cranfield to search; 1400 is all")] = 240,
    page: Annotated[Path, typer.Option(help="Page to write")] = measuring.PAGE,
    speech: Annotated[bool, typer.Option(help="Whether the ears are measured too")] = True,
    answers: Annotated[int, typer.Option(min=1, help="Long spoken answers to hear, whole and live")] = 6,
    hearings: Annotated[int, typer.Option(min=1, help="How often each of them is heard")] = 2,
    other_llm_url: Annotated[
        str, typer.Option(help="Only compare the model behind this URL (ends in /v1) with the rules")
    ] = "",
    model: Annotated[str, typer.Option(help="Its name")] = "",
    other_llm_key: Annotated[str, typer.Option(help="Its key", envvar="OTHER_LLM_KEY")] = "",
    coached: Annotated[int, typer.Option(min=1, help="Answers to compare them on")] = 20,
    runs: Annotated[int, typer.Option(min=1, help="How often each is asked about, for the spread")] = 3,
) -> None:
    """Measure ears, search, analysis and questions; every figure with its interval. Or compare two authors."""
    if other_llm_url:
        if not model:
            raise typer.BadParameter("name the model", param_hint="--model")
        comparing.run(
            shared,
            page,
            typer.echo,
            url=other_llm_url,
            model=model,
            key=other_llm_key or None,
            answers=coached,
            runs=runs,
        )
        return
    right = measuring.run(shared, documents, page, speech=speech, answers=answers, hearings=hearings)
    raise typer.Exit(0 if right else 1)


@main.command()
def eval_intake(
    texts: Annotated[str, typer.Option(help="What the names of the files of texts begin with")] = "unseen",
    page: Annotated[Path, typer.Option(help="Page to write a section of")] = measuring.PAGE,
    write: Annotated[bool, typer.Option(help="Whether the page is written")] = True,
) -> None:
    """Measure what the intake finds in texts it has never seen; only figures are printed."""
    intake.run(page, texts, typer.echo, write=write)


@main.command()
def train() -> None:
    """Train the weights of the intake, of the reader of lines and of the STAR shape from the committed texts (minutes)."""
    measuring.train()


@main.command()
def bench_live(
    turns: Annotated[int, typer.Option(min=1, help="Spoken turns of each kind")] = 30,
    candidates: Annotated[int, typer.Option(min=1, help="Also measure up to so many candidates at once")] = 3,
    page: Annotated[Path, typer.Option(help="Page to write a section of")] = ROOT / "docs" / "benchmarks.md",
    speech: Annotated[Path, typer.Option(help="Folder of recordings")] = ROOT.parent / "shared" / "data" / "speech",
) -> None:
    """Measure the live path: real speech at speaking speed against a server of our own, on real models."""
    live_benchmark.run(turns, page, speech, candidates)


@main.command()
def bench_load(
    turns: Annotated[int, typer.Option(min=1, help="Turns open at the same time")] = 500,
    arrivals: Annotated[float, typer.Option(min=0.1, help="Turns that arrive in a second, on average")] = 8.5,
    page: Annotated[Path, typer.Option(help="Page to write a section of")] = ROOT / "docs" / "benchmarks.md",
) -> None:
    """Measure how many turns one process carries: scripted parts, real HTTP, open-loop arrivals."""
    load_benchmark.run(turns, arrivals, page)


@main.command()
def bench_observation(
    blocks: Annotated[int, typer.Option(min=3, help="Blocks of turns of each kind")] = 40,
    turns: Annotated[int, typer.Option(min=1, max=18, help="Turns in a block")] = 10,
    real: Annotated[int, typer.Option(min=0, help="Turns on the real models, to compare with; 0 for none")] = 5,
    page: Annotated[Path, typer.Option(help="Page to write a section of")] = ROOT / "docs" / "benchmarks.md",
) -> None:
    """Measure what metrics and traces cost a turn: with and without, side by side in one process."""
    observation_benchmark.run(blocks, turns, real, page)


@main.command()
def bench_turns(
    page: Annotated[Path, typer.Option(help="Page to write a section of")] = ROOT / "docs" / "benchmarks.md",
    speech: Annotated[Path, typer.Option(help="Folder of recordings")] = ROOT.parent / "shared" / "data" / "speech",
    traces: Annotated[Path | None, typer.Option(help="File of traces: read where it is there, else written")] = None,
) -> None:
    """Measure the end of hands-free answers: candidates cut off and the wait, by rule, on real pauses."""
    turn_ends.run(speech, page, traces)


@main.command()
def examples(
    shared: Annotated[Path, typer.Option(help="Folder of the shared data")] = ROOT.parent / "shared" / "data",
    folder: Annotated[Path, typer.Option(help="Where the transcripts go")] = ROOT / "docs" / "examples",
) -> None:
    """Play whole interviews with a scripted candidate into readable transcripts: by the rules, and by a scripted author."""
    for line in (*playing.run(shared, folder), *author_examples.run(folder)):
        typer.echo(line)


@main.command()
def e2e(
    part: Annotated[
        Literal["first", "more"] | None, typer.Option(help="Only what every test run plays, or only the rest")
    ] = None,
) -> None:
    """Browser journeys in a real Chromium with a fake microphone, against a server of our own."""
    raise typer.Exit(browser.run(part))


@main.command()
def docs() -> None:
    """Write docs/configuration.md, docs/errors.md, docs/observability.md and .env.example from the code."""
    for path in generated_docs.write():
        typer.echo(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
