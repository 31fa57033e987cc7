"""No dead metric: a load through the HTTP API moves every metric that is declared."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.app import create_app
from backend.observability.releases import DECLARED
from backend.tests.client import ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.fakes.speech_service import SpeechService
from backend.tests.observability.load import drive, environment

UNMOVED = {
    "ih_retrieval_degraded_total", "ih_turns_taken_over_total", "ih_llm_slots_total",
    "ih_withheld_sentences_total", "ih_author_dropped_total",
}  # fmt: skip
"""Count failures of Chroma and the embedder, of replicas, the caches of our own model server, and what a model wrote that was
not proved, none of which this load has; see backend/tests/rag, e2e, llm and journeys/test_author.py."""
OUR_OWN = {"ih_request_errors_total", *(metric.name for metric in DECLARED)}
"""Declared beside the listener's metrics, because they count what happens before there are services, or beside the turns."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    folder = tmp_path_factory.mktemp("families")
    with SpeechService() as service:
        settings = {name.lower(): value for name, value in environment(service).items()}
        app = create_app(fast_settings(folder, **settings))
        with LoopbackServer(app) as server:
            with ContractClient(server.base_url) as client:
                drive(client, service, folder)
            yield server


@pytest.fixture(scope="module")
def samples(product: LoopbackServer) -> dict[str, float]:
    """name -> sum over all labels, as Prometheus would read it once everybody has gone."""
    found = scraped(product)
    deadline = time.monotonic() + 60  # a client that left its stream is noticed a moment later
    while (found["ih_sse_connections"] or found["ih_queue_depth"]) and time.monotonic() < deadline:
        time.sleep(0.05)
        found = scraped(product)
    return found


def scraped(product: LoopbackServer) -> dict[str, float]:
    found: dict[str, float] = {}
    page = httpx.get(f"{product.base_url}/metrics", trust_env=False, timeout=60).text
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_every_declared_metric_moves(product: LoopbackServer, samples: dict[str, float]) -> None:
    declared = product.app.state.services.metrics.declared
    assert len(declared) > 30
    for metric in declared:
        name = f"{metric.name}_count" if metric.kind == "histogram" else metric.name
        assert name in samples, f"{metric.name} has no sample"
        if metric.kind != "gauge" and metric.name not in UNMOVED:
            assert samples[name] > 0, f"{metric.name} never moved"
    assert samples["ih_queue_depth"] == 0, "nothing waits when the load is over"
    assert samples["ih_sse_connections"] == 0


def test_nothing_of_ours_is_undeclared(product: LoopbackServer, samples: dict[str, float]) -> None:
    declared = {m.name for m in product.app.state.services.metrics.declared} | OUR_OWN
    ours = {name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for name in samples}
    ours = {name for name in ours if name.startswith("ih_") and not name.endswith("_created")}
    assert ours == declared


def test_the_load_is_counted_as_it_was(product: LoopbackServer) -> None:
    value = product.app.state.services.metrics.registry.get_sample_value
    for outcome, number in (("completed", 3), ("failed", 1), ("cancelled", 1)):
        assert value("ih_turns_total", {"outcome": outcome, "mode": "behavioral"}) == number, outcome
    assert value("ih_turn_failures_total", {"stage": "stt", "code": "stt_unavailable"}) == 1
    assert value("ih_turn_notices_total", {"stage": "stt", "code": "no_speech"}) == 1
    assert value("ih_stage_errors_total", {"stage": "asr", "code": "stt_unavailable"}) == 1
    assert value("ih_stage_duration_seconds_count", {"stage": "asr"}) == 1
    assert value("ih_turn_resumes_total", {"source": "stored"}) == 1
    assert value("ih_turn_resumes_total", {"source": "running"}) == 1
    assert value("ih_documents_total", {"kind": "resume", "outcome": "ready"}) == 1
    assert value("ih_documents_total", {"kind": "notes", "outcome": "document_unreadable"}) == 1
    assert value("ih_request_errors_total", {"stage": "unknown", "code": "too_many_requests"}) == 1
    assert value("ih_turn_cancel_seconds_count", {}) == 1


def test_no_name_leads_to_a_person(product: LoopbackServer) -> None:
    page = httpx.get(f"{product.base_url}/metrics", trust_env=False, timeout=60).text
    for trace in ("ses_", "trn_", "doc_", "gst_", "Northwind", "Sam Rivers", "/sessions/s"):
        assert trace not in page, trace
