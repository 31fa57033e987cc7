"""`make bench-observation`: processor time that metrics and traces add to a turn, with and without in one run."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator.middleware import PrometheusInstrumentatorMiddleware

from backend.app import create_app
from backend.commands import sample
from backend.commands.bench import TYPED
from backend.commands.bench_live import cpu_seconds
from backend.commands.client import Client
from backend.commands.page import machine, write_section
from backend.commands.running import free_port, own_process
from backend.config import Settings
from backend.interview.active_turns import Listener
from backend.interview.turn import Finder
from backend.llm.ports import ChatModel
from backend.observability.observation import Observation
from backend.rag.ingest_job import IngestJob
from backend.wiring import Services, build

VARIANTS = ("without", "metrics", "metrics and traces")
_BUDGET = 0.02


class _NoMetrics:
    """Takes whatever is counted and counts nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None

    def event_stream(self) -> nullcontext[None]:
        return nullcontext()

    async def watch_event_loop(self) -> None: ...


class Unobserved(Observation):
    """Watches nothing: the parts are handed back as they are."""

    metrics: Any

    def __init__(self, registry: CollectorRegistry, **about: object) -> None:
        self.metrics = _NoMetrics()
        self._traces = None

    def ear(self, ear: Any) -> Any:
        return ear

    def chat(self, chat: ChatModel, stage: str = "llm") -> ChatModel:
        return chat

    def voice(self, voice: Any) -> Any:
        return voice

    def finder(self, finder: Finder) -> Finder:
        return finder

    def listener(self, mode: str, arrived_at: float) -> Listener:
        return lambda wire: None

    def processed(self, job: IngestJob) -> None: ...


@dataclass
class Costs:
    """Processor milliseconds of one turn, one figure for each block of turns; blocks of one index lie side by side."""

    blocks: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in VARIANTS})
    real_cpu_ms: list[float] = field(default_factory=list)
    real_ms: list[float] = field(default_factory=list)

    def added(self, name: str) -> list[float]:
        return [w - wo for w, wo in zip(self.blocks[name], self.blocks["without"], strict=True)]


def run(blocks: int, turns: int, real: int, page: Path) -> None:
    """`blocks` times `turns` scripted turns of each kind in this process, side by side; then `real` turns on the models,
    for the whole that the cost is a part of."""
    costs = Costs()
    with tempfile.TemporaryDirectory(prefix="interview-helper-") as folder, _collector() as endpoint:
        asyncio.run(measure(Path(folder), endpoint, blocks, turns, costs))
    if real:
        measure_real(real, costs)
    write_section(page, "bench-observation", lines(costs, turns))
    print(f"wrote {page}")


async def measure(folder: Path, endpoint: str, blocks: int, turns: int, costs: Costs) -> None:
    """Blocks of turns in turn; what is counted is the processor time of this process in all of its threads, the sending
    of the spans included."""
    async with AsyncExitStack() as stack:
        products = {
            name: await stack.enter_async_context(_product(folder, name, endpoint)) for name in reversed(VARIANTS)
        }
        for name in VARIANTS:
            await products[name].block(turns)  # what is done once is done now
        for n in range(blocks):
            for at in range(len(VARIANTS)):
                name = VARIANTS[(at + n) % len(VARIANTS)]
                costs.blocks[name].append(await products[name].block(turns))


@dataclass
class _Product:
    http: httpx.AsyncClient
    documents: list[str]
    flush: Callable[[], None]

    async def block(self, turns: int) -> float:
        """Processor milliseconds of one of so many turns of one interview."""
        plan = {"mode": "behavioral", "question_count": 20, "document_ids": self.documents}
        session = (await self.http.post("/api/v1/sessions", json=plan)).json()["data"]["session_id"]
        gc.collect()
        began = time.process_time()
        for _ in range(turns):
            answer = await self.http.post(f"/api/v1/sessions/{session}/turns", json={"text": TYPED})
            if '"outcome":"completed"' not in answer.text.replace(" ", ""):
                raise RuntimeError(f"a turn did not complete: {answer.status_code} {answer.text[-300:]}")
        await asyncio.to_thread(self.flush)
        return (time.process_time() - began) * 1000 / turns


@asynccontextmanager
async def _product(folder: Path, name: str, endpoint: str) -> AsyncIterator[_Product]:
    """The product on scripted parts that answer at once, in this process, without a network."""
    parts = {"asr": "scripted", "llm": "scripted", "tts": "tone", "embedder": "hash", "mlflow_tracking_uri": "off"}
    limits = {"requests_per_minute": 1_000_000, "guests_per_minute": 1_000_000, "tts_cache_bytes": 0}
    traced = {"otel_exporter_otlp_endpoint": endpoint} if name == VARIANTS[2] else {}
    place = {"data_dir": folder / name.replace(" ", "-"), "frontend_dir": folder / "none"}
    settings = Settings(_env_file=None, **parts, **limits, **traced, **place)
    made: list[Observation] = []

    def observe(registry: CollectorRegistry, **about: Any) -> Observation:
        made.append((Unobserved if name == "without" else Observation)(registry, **about))
        return made[0]

    app = create_app(settings, make=partial(build, observe=observe))
    if name == "without":
        app.user_middleware = [m for m in app.user_middleware if m.cls is not PrometheusInstrumentatorMiddleware]
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as http:
            yield _Product(http, await _settle(app, http), made[0].flush)


async def _settle(app: FastAPI, http: httpx.AsyncClient) -> list[str]:
    """Wait until everything is loaded; a guest, and a job description to search in."""
    services: Services = app.state.services
    while not services.readiness.started:
        await http.get("/health/startup")
        await asyncio.sleep(0.05)
    guest = (await http.post("/api/v1/guests")).json()["data"]
    http.headers["Authorization"] = f"Bearer {guest['access_token']}"
    body = {"kind": "job_description", "title": "Job", "text": sample.JOB.read_text(encoding="utf-8")}
    document = (await http.post("/api/v1/documents", json=body)).json()["data"]
    while document["status"] in {"queued", "processing"}:
        await asyncio.sleep(0.05)
        document = (await http.get(f"/api/v1/documents/{document['document_id']}")).json()["data"]
    return [document["document_id"]]


def measure_real(turns: int, costs: Costs) -> None:
    """Typed turns on the real models: processor time of the server and its children, and time on the clock, from the
    answer to `turn.ended`. The first turn is left out."""
    with own_process({"TTS_CACHE_BYTES": "0"}) as (base_url, pid):
        client = Client(base_url)
        session = client.start(mode="behavioral", question_count=20)["session_id"]
        for n in range(turns + 1):
            cpu, clock = cpu_seconds(pid), time.perf_counter()
            events = list(client.turn(session, text=TYPED))
            if events[-1].data["outcome"] != "completed":
                raise RuntimeError(f"a turn did not complete: {events[-1].data}")
            if n:
                costs.real_ms.append((time.perf_counter() - clock) * 1000)
                costs.real_cpu_ms.append((cpu_seconds(pid) - cpu) * 1000)


@contextmanager
def _collector() -> Any:
    """An OTLP collector that takes everything, in a process of its own so that its work is not counted."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_collect, args=(port,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


class _Take(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None: ...


def _collect(port: int) -> None:
    ThreadingHTTPServer(("127.0.0.1", port), _Take).serve_forever()


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % of the median, by the percentile bootstrap (Efron, 1979) with a fixed seed."""
    draw = random.Random(11)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(2000))
    return medians[49], medians[1949]


def lines(costs: Costs, turns: int) -> list[str]:
    """The section of the page."""
    bare = statistics.median(costs.blocks["without"])
    real = statistics.median(costs.real_cpu_ms) if costs.real_cpu_ms else None
    rows = []
    for name in VARIANTS[1:]:
        added = costs.added(name)
        middle, (low, high) = statistics.median(added), interval(added)
        shares = f"{middle / bare:.1%} | " + (
            f"{middle / real:.2%} ({low / real:.2%} to {high / real:.2%})" if real else "-"
        )
        rows.append(f"| {name} | {middle:.2f} ms | {low:.2f} to {high:.2f} ms | {shares} |")
    whole = (
        f"{real:.0f} ms of processor time in {statistics.median(costs.real_ms):.0f} ms on the clock (median of "
        f"{len(costs.real_ms)}; server and children, real models, from the answer to `turn.ended`)"
        if real
        else "not measured in this run: the model files are not here"
    )
    return [
        "## Cost of observation",
        "",
        "Written by `make bench-observation`. Three products in one process, on scripted parts that answer at once: nothing "
        "watched (no listeners, no watched parts, no HTTP metrics), metrics as always, and metrics and traces sent by OTLP to a "
        f"collector in another process. Blocks of {turns} typed, spoken-back turns with a search take place in rotation; the "
        "figure is processor time of all threads, the sending of spans included, as the difference of neighbouring blocks. "
        "JSON log lines are written with and without. The interval is 95 % of the median (bootstrap).",
        "",
        f"- when: {datetime.now(UTC).strftime('%Y-%m-%d %H:%M UTC')}",
        f"- machine: {machine()}",
        f"- blocks of each kind: {len(costs.blocks['without'])}",
        f"- a scripted turn, unwatched: {bare:.1f} ms of processor time, which is the product's own work without any model",
        f"- a real typed turn: {whole}",
        f"- the bound is {_BUDGET:.0%} of a real turn's processor time",
        "",
        "| watched | added to a turn | 95 % | of the scripted turn | of the real turn (95 %) |",
        "| --- | ---: | ---: | ---: | ---: |",
        *rows,
    ]
