"""`make bench-load`: how many turns one process carries at a time, with scripted parts behind the real HTTP stack."""

from __future__ import annotations

import asyncio
import json
import os
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
TARGET_MS = 50.0
"""Wanted of the added delay of an event: 99 in 100 are below it."""
_FEWER = (1.0, 0.75, 0.5, 0.25)
"""Parts of the wanted load that are tried, one after the other, until the target is met."""
_SETTLE_S = 3.0
_LOOK_S = 0.005


@dataclass
class Load:
    """What the clients of one run saw, and what it cost the server."""

    delays_ms: list[float] = field(default_factory=list)
    """For each event: client's clock at arrival, less when the answer was sent and the event's `at_ms`."""
    taken_ms: list[float] = field(default_factory=list)
    """For each turn, from sending the answer to its first event: until it had arrived, was let in and stored."""
    own_ms: list[float] = field(default_factory=list)
    """How late the clients' own event loop was; part of all of the above."""
    outcomes: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    refused_with_retry_after: int = 0
    running: int = 0
    most_running: int = 0
    wanted: int = 0
    idle_bytes: int = 0
    full_bytes: int = 0
    cpu_ms: float = 0.0
    """Processor time of the server per turn."""
    full: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def p99_ms(self) -> float:
        return percentile(self.delays_ms, 99)


def run(turns: int, arrivals_per_s: float, page: Path) -> None:
    """Start a server that takes `turns` at once, let turns arrive at random until it is full and beyond, write the page.

    Where the target is missed, the same with fewer turns, until it is met.
    """
    loads: list[tuple[float, Load]] = []
    for part in _FEWER:
        count, rate = round(turns * part), arrivals_per_s * part
        with own_process(_env(count)) as (base_url, pid):
            loads.append((rate, asyncio.run(drive(base_url, pid, count, rate))))
        print(f"{count} turns, {rate:g} a second: p99 {loads[-1][1].p99_ms:.0f} ms")
        if loads[-1][1].p99_ms <= TARGET_MS:
            break
    write_section(page, "bench-load", _lines(loads))
    print(f"wrote {page}")


def _env(turns: int) -> dict[str, str]:
    return {
        "ASR": "scripted", "LLM": "scripted", "TTS": "tone", "EMBEDDER": "hash", "SCRIPTED_DELAY_S": str(HOLDS_S),
        "TURNS_AT_ONCE": str(turns), "REQUESTS_PER_MINUTE": "1000000", "GUESTS_PER_MINUTE": "1000000",
        "LLM_FIRST_TOKEN_TIMEOUT_S": "100", "LLM_TIMEOUT_S": "100", "TURN_TIMEOUT_S": "600", "TTS_CACHE_BYTES": "0",
    }  # fmt: skip


async def drive(base_url: str, pid: int, turns: int, arrivals_per_s: float) -> Load:
    """Open-loop arrivals: the next turn comes when its time has come, whatever has happened to the ones before."""
    load = Load(wanted=turns)
    more = max(turns // 10, 5)  # that many too many
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    async with httpx.AsyncClient(base_url=base_url, timeout=900, limits=limits, trust_env=False) as http:
        sessions = await _sessions(http, turns + more)
        await asyncio.sleep(_SETTLE_S)
        load.idle_bytes, cpu_s = resident_bytes(pid), _cpu_s(pid)
        watching = asyncio.create_task(_watch_own_loop(load))
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
        load.full_bytes = resident_bytes(pid)
        await asyncio.gather(*(_turn(http, session_id, load) for session_id in sessions[turns:]))
        await asyncio.gather(*tasks)
        load.cpu_ms = (_cpu_s(pid) - cpu_s) * 1000 / turns
        watching.cancel()
    return load


def _cpu_s(pid: int) -> float:
    """Processor time a process has used (Linux; see proc(5), fields utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _watch_own_loop(load: Load) -> None:
    while True:
        due = time.perf_counter() + _LOOK_S
        await asyncio.sleep(_LOOK_S)
        load.own_ms.append((time.perf_counter() - due) * 1000)


async def _sessions(http: httpx.AsyncClient, count: int) -> list[str]:
    """A guest, and a spoken interview for each turn to come."""
    guest = (await http.post("/api/v1/guests")).json()["data"]
    http.headers["Authorization"] = f"Bearer {guest['access_token']}"
    at_once = asyncio.Semaphore(200)

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
                here_ms = (time.perf_counter() - sent_at) * 1000
                if data["seq"] == 1:
                    load.taken_ms.append(here_ms)
                load.delays_ms.append(here_ms - data["at_ms"])
                if "outcome" in data:
                    load.count(data["outcome"])
        finally:
            load.running -= 1


def _lines(loads: Sequence[tuple[float, Load]]) -> Sequence[str]:
    lines = [
        "## Turns at a time",
        "",
        "Written by `make bench-load`. One process with scripted ear, language and voice that take "
        f"{HOLDS_S:.0f} s each, behind the real HTTP stack; typed answers arrive at random, whatever happened to the ones "
        "before. The added delay of an event is the client's clock at its arrival, less when the answer was sent and the "
        "event's own `at_ms`: the answer's way until its last byte was there, which `at_ms` counts from, and the event's way "
        "from its stamp to the client (for the last one that includes storing the turn). What the turn itself waits for, "
        "being let in and stored too, is in `at_ms`; the second figure shows it. Clients and server are two processes of one machine. "
        f"Wanted: p99 at most {TARGET_MS:.0f} ms; where that is missed, the same follows with fewer turns.",
        "",
        f"- when: {datetime.now(UTC).strftime('%Y-%m-%d %H:%M UTC')}",
        f"- machine: {machine()}",
    ]
    for rate, load in loads:
        per_turn = (load.full_bytes - load.idle_bytes) / max(load.most_running, 1) / 1024
        outcomes = ", ".join(f"{number} {name}" for name, number in sorted(load.outcomes.items()))
        lines += [
            "",
            f"### {load.most_running} turns open at the same time (limit {load.wanted}), {rate:g} arrivals a second",
            "",
            f"- added delay of an event: {_two(load.delays_ms)}, {len(load.delays_ms)} events",
            f"- from sending an answer to its first event (let in, stored, begun): {_two(load.taken_ms)}",
            f"- the clients' own event loop, part of both: {_two(load.own_ms)}",
            f"- processor time of the server: {load.cpu_ms:.0f} ms a turn",
            f"- memory of an open turn: {per_turn:.0f} KiB (server {load.idle_bytes / 2**20:.0f} MiB idle, "
            f"{load.full_bytes / 2**20:.0f} MiB full)",
            f"- past the limit: {load.refused} refused with 503, {load.refused_with_retry_after} of them with Retry-After",
            f"- how turns ended: {outcomes}",
        ]
    return lines


def _two(values: Sequence[float]) -> str:
    return f"p50 {percentile(values, 50):.1f} ms, p99 {percentile(values, 99):.1f} ms"
