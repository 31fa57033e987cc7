"""Larger models come from the hub whole and verified, however often the connection is cut; or not at all."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.models.fetch import FetchFailed
from backend.models.hub import fetch_larger, fetched, so_far
from backend.models.larger import LargerModel, larger_models, machine_memory
from backend.tests.fakes.hub import Hub, running_hub

CONTENT = os.urandom(3_000_000)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub(Hub(CONTENT)) as served:
        yield served


async def get(entry: LargerModel, folder: Path) -> Path:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await fetch_larger(entry, folder, client=client, pause_s=0.01)


async def test_a_file_is_fetched_once_with_progress_and_recorded(hub: Hub, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    async with httpx.AsyncClient(trust_env=False) as client:
        path = await fetch_larger(hub.entry(), tmp_path, lambda done, whole: told.append((done, whole)), client=client)
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert len(told) > 1
    record = json.loads((path.parent / ".hub.json").read_text())
    assert (record["commit"], record["size"]) == ("c0ffee", len(CONTENT))
    requests = len(hub.seen)
    assert await get(hub.entry(), tmp_path) == path == fetched(hub.entry(), tmp_path)
    assert len(hub.seen) == requests


async def test_cut_connections_are_taken_up_where_they_broke(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [1_200_000, 0, 900_000]
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT
    starts = [int((wanted or "").removeprefix("bytes=").removesuffix("-")) for wanted in hub.gets]
    assert starts[0] == 0
    assert starts == sorted(starts)
    assert 0 < starts[-1] < len(CONTENT)


async def test_a_later_run_takes_up_what_an_earlier_one_left(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [1_200_000, *[0] * 20]
    with pytest.raises(FetchFailed, match="kept"):
        await get(hub.entry(), tmp_path)
    left = so_far(hub.entry(), tmp_path)
    assert left > 0
    assert fetched(hub.entry(), tmp_path) is None
    hub.cut_after = []
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT
    assert hub.gets[-1] == f"bytes={left}-"


async def test_a_server_that_knows_no_ranges_is_read_from_the_beginning(hub: Hub, tmp_path: Path) -> None:
    hub.ranges, hub.cut_after = False, [1_200_000]
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT


async def test_a_hub_that_is_busy_is_asked_again(hub: Hub, tmp_path: Path) -> None:
    hub.busy = 3
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT


async def test_a_repository_that_was_renamed_is_found(hub: Hub, tmp_path: Path) -> None:
    hub.renamed = True
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT


async def test_another_file_than_the_hub_says_is_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(FetchFailed, match="not what the hub says"):
        await get(hub.entry(), tmp_path)
    assert fetched(hub.entry(), tmp_path) is None
    assert so_far(hub.entry(), tmp_path) == 0


async def test_more_than_the_hub_says_is_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.size = 1_000_000
    with pytest.raises(FetchFailed, match="not what the hub says"):
        await get(hub.entry(), tmp_path)
    assert so_far(hub.entry(), tmp_path) == 0


@pytest.mark.parametrize("status", [401, 404])
async def test_a_file_that_is_not_there_is_not_tried_again(hub: Hub, tmp_path: Path, status: int) -> None:
    hub.status = status
    with pytest.raises(FetchFailed, match=str(status)):
        await get(hub.entry(), tmp_path)
    assert len(hub.seen) == 1


async def test_without_a_hash_nothing_is_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.linked = False
    with pytest.raises(FetchFailed, match="no SHA-256"):
        await get(hub.entry(), tmp_path)
    assert hub.gets == []


async def test_a_recorded_file_that_changed_on_the_hub_is_refused(hub: Hub, tmp_path: Path) -> None:
    path = await get(hub.entry(), tmp_path)
    path.unlink()
    hub.content = os.urandom(1000)
    with pytest.raises(FetchFailed, match="recorded at the first fetch"):
        await get(hub.entry(), tmp_path)


async def test_of_a_file_that_changed_before_it_was_whole_nothing_is_mixed(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after = [1_200_000, *[0] * 20]
    with pytest.raises(FetchFailed):
        await get(hub.entry(), tmp_path)
    hub.cut_after, hub.content = [], os.urandom(2_000_000)
    assert (await get(hub.entry(), tmp_path)).read_bytes() == hub.content


async def test_a_file_that_was_touched_is_not_taken_for_verified(hub: Hub, tmp_path: Path) -> None:
    path = await get(hub.entry(), tmp_path)
    path.write_bytes(b"x" * len(CONTENT))
    os.utime(path, ns=(0, 0))
    assert fetched(hub.entry(), tmp_path) is None
    assert (await get(hub.entry(), tmp_path)).read_bytes() == CONTENT


async def test_one_fetch_at_a_time(hub: Hub, tmp_path: Path) -> None:
    results = await asyncio.gather(*(get(hub.entry(), tmp_path) for _ in range(2)), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["FetchFailed", "PosixPath"]


def test_every_larger_model_says_what_a_person_wants_to_know_first() -> None:
    for entry in larger_models().values():
        assert entry.licence == "Apache-2.0"
        assert 1e9 < entry.size < 4e9
        assert entry.file.endswith(".gguf")
        assert entry.one_slot_gb * 1e9 > 2 * entry.size


@pytest.mark.parametrize(("gb", "slots"), [(4, 0), (8, 1), (12, 1), (16, 4), (64, 4)])
def test_a_model_is_refused_where_memory_is_short(gb: int, slots: int) -> None:
    assert larger_models()["qwen3-4b-instruct"].slots(4, memory=gb * 10**9) == slots
    assert machine_memory() > 10**8
