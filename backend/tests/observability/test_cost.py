"""The benchmark of what observation costs measures what it says: products that differ in nothing but what watches them."""

from __future__ import annotations

import asyncio

import pytest

from backend.commands import bench_observation
from backend.commands.bench_observation import Costs
from backend.tests.observability.collector import Collector


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Costs, Collector]:
    costs = Costs()
    with Collector() as collector:
        asyncio.run(bench_observation.measure(tmp_path_factory.mktemp("cost"), collector.url, 3, 2, costs))
    return costs, collector


def test_every_kind_has_its_blocks_and_only_one_sends_spans(measured: tuple[Costs, Collector]) -> None:
    costs, collector = measured
    assert {name: len(blocks) for name, blocks in costs.blocks.items()} == dict.fromkeys(bench_observation.VARIANTS, 3)
    assert all(figure > 0 for blocks in costs.blocks.values() for figure in blocks)
    assert len([span for span in collector.spans if span.name == "turn"]) == (1 + 3) * 2


def test_the_page_tells_figure_interval_and_what_it_is_a_share_of(measured: tuple[Costs, Collector]) -> None:
    costs = Costs(
        blocks={"without": [10.0, 11.0, 12.0], "metrics": [10.1, 11.2, 12.3], "metrics and traces": [10.5, 11.5, 12.5]},
        real_cpu_ms=[900.0, 1000.0, 1100.0], real_ms=[700.0, 800.0, 900.0],
    )  # fmt: skip
    text = "\n".join(bench_observation.lines(costs, 10))
    assert "| metrics | 0.20 ms | 0.10 to 0.30 ms | 1.8% | 0.02% (0.01% to 0.03%) |" in text
    assert "| metrics and traces | 0.50 ms | 0.50 to 0.50 ms | 4.5% | 0.05% (0.05% to 0.05%) |" in text
    assert "1000 ms of processor time in 800 ms on the clock" in text
    assert "not measured in this run" in "\n".join(bench_observation.lines(measured[0], 2))
