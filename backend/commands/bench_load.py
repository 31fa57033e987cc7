"""`make bench-load`: how many turns one process carries at a time, with scripted parts behind the real HTTP stack."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from backend.commands.bench import TYPED
from backend.commands.page import machine, percentile, write_section
from backend.commands.running import own_process
from backend.observability.metrics import resident_bytes

HOLDS_S = 15.0
"""Delay of every scripted part. A turn waits for the voice piece by piece, so it stays open for about a minute."""
_SETTLE_S = 3.0


@dataclass
class Load:
    """What the clients of one run saw."""

    delays_ms: list[float] = field(default_factory=list)
    """For each event: client's clock at arrival, less when the answer was sent and the event's `at_ms`."""
    outcomes: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    refused_with_retry_after: int = 0
    running: int = 0
    most_running: int = 0
    wanted: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def run(turns: int, arrivals_per_s: float, page: Path) -> None:
    """Start a server that takes `turns` at once, let turns arrive at random until it is full and beyond, write the page."""
    env = {
        "ASR": "scripted", "LLM": "scripted", "TTS": "tone", "EMBEDDER": "hash", "SCRIPTED_DELAY_S": str(HOLDS_S),
        "TURNS_AT_ONCE": str(turns), "REQUESTS_PER_MINUTE": "1000000", "GUESTS_PER_MINUTE": "1000000",
        "LLM_FIRST_TOKEN_TIMEOUT_S": "100", "LLM_TIMEOUT_S": "100", "TURN_TIMEOUT_S": "600", "TTS_CACHE_BYTES": "0",
    }  # fmt: skip
    with own_process(env) as (base_url, pid):
        load, idle, full = asyncio.run(drive(base_url, pid, turns, arrivals_per_s))
    write_section(page, "bench-load", _lines(load, turns, arrivals_per_s, idle, full))
    print(f"wrote {page}")


async def drive(base_url: str, pid: int, turns: int, arrivals_per_s: float) -> tuple[Load, int, int]:
    """Open-loop arrivals: the next turn comes when its time has come, whatever has happened to the ones before.

    Returns what was seen, and the server's resident bytes before and with the most turns open.
    """
    load = Load(wanted=turns)
    more = max(turns // 10, 5)  # that many too many
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    async with httpx.AsyncClient(base_url=base_url, timeout=900, limits=limits, trust_env=False) as http:
        sessions = await _sessions(http, turns + more)
        await asyncio.sleep(_SETTLE_S)
        idle = resident_bytes(pid)
        arrivals = random.Random(7)
        tasks: list[asyncio.Task[None]] = []
        due = time.perf_counter()
        for session_id in sessions[:turns]:
            due += arrivals.expovariate(arrivals_per_s)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(_turn(http, session_id, load)))
        everybody_is_in = asyncio.create_task(load.full.wait())
        await asyncio.wait({everybody_is_in, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        everybody_is_in.cancel()
        full = resident_bytes(pid)
        await asyncio.gather(*(_turn(http, session_id, load) for session_id in sessions[turns:]))
        await asyncio.gather(*tasks)
    return load, idle, full


async def _sessions(http: httpx.AsyncClient, count: int) -> list[str]:
    """A guest, and a spoken interview for each turn to come."""
    guest = (await http.post("/api/v1/guests")).json()["data"]
    http.headers["Authorization"] = f"Bearer {guest['access_token']}"
    at_once = asyncio.Semaphore(100)

    async def make() -> str:
        async with at_once:
            plan = {"mode": "behavioral", "question_count": 3}
            return str((await http.post("/api/v1/sessions", json=plan)).json()["data"]["session_id"])

    return list(await asyncio.gather(*(make() for _ in range(count))))


async def _turn(http: httpx.AsyncClient, session_id: str, load: Load) -> None:
    sent_at = time.perf_counter()
    async with http.stream("POST", f"/api/v1/sessions/{session_id}/turns", json={"text": TYPED}) as response:
        if response.status_code != 200:
            load.refused += response.status_code == 503
            load.refused_with_retry_after += response.status_code == 503 and "retry-after" in response.headers
            load.count(f"http {response.status_code}")
            return
        load.running += 1
        load.most_running = max(load.most_running, load.running)
        if load.running >= load.wanted:
            load.full.set()
        try:
            async for line in response.aiter_lines():
                if not line.startswith("data: "):
                    continue
                data = json.loads(line[6:])
                load.delays_ms.append((time.perf_counter() - sent_at) * 1000 - data["at_ms"])
                if "outcome" in data:
                    load.count(data["outcome"])
        finally:
            load.running -= 1


def _lines(load: Load, turns: int, arrivals_per_s: float, idle: int, full: int) -> Sequence[str]:
    per_turn = (full - idle) / max(load.most_running, 1) / 1024
    outcomes = ", ".join(f"{number} {name}" for name, number in sorted(load.outcomes.items()))
    return [
        "## Turns at a time",
        "",
        "Written by `make bench-load`. One process with scripted ear, language and voice that take "
        f"{HOLDS_S:.0f} s each, behind the real HTTP stack; typed answers arrive at random ({arrivals_per_s:g} a second on average, "
        "whatever happened to the ones before). The added delay of an event is the client's clock at its arrival, less "
        "when the answer was sent and the event's own `at_ms`; client and server share the machine.",
        "",
        f"- when: {datetime.now(UTC).strftime('%Y-%m-%d %H:%M UTC')}",
        f"- machine: {machine()}",
        f"- turns open at the same time: {load.most_running} (limit {turns})",
        f"- added delay of an event: p50 {percentile(load.delays_ms, 50):.1f} ms, p99 {percentile(load.delays_ms, 99):.1f} ms, "
        f"{len(load.delays_ms)} events",
        f"- memory of an open turn: {per_turn:.0f} KiB (server {idle / 2**20:.0f} MiB idle, {full / 2**20:.0f} MiB full)",
        f"- past the limit: {load.refused} refused with 503, {load.refused_with_retry_after} of them with Retry-After",
        f"- how turns ended: {outcomes}",
    ]
