"""One trace a turn at a real OTLP endpoint: the tree of its spans, and not a word of content."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from backend.app import create_app
from backend.tests.client import ANSWER, JOB, ContractClient, Event, by_name
from backend.tests.conftest import SAMPLE, LoopbackServer, fast_settings
from backend.tests.observability.collector import Collector
from backend.tests.sounds import silence_wav, speech_like_wav

STAGES = {"intake", "asr", "analysis", "retrieval", "llm", "voice", "store"}
UNFINISHED = (
    "Last year our booking page was slow. I was asked to make it faster. I moved the session reads to a replica."
)
"""An answer without a result: there is something left to ask."""
ALLOWED = {
    "ih.mode", "ih.request_id", "ih.turn_id", "ih.outcome", "ih.cancelled", "ih.sound_s", "ih.passages",
    "ih.cached_tokens", "ih.task", "ih.stage", "ih.code", "error.type", "gen_ai.request.model", "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens", "ih.version.prompt", "ih.version.model", "ih.version.asr", "ih.version.tts",
    "ih.version.embedder", "ih.version.intake",
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Collector, dict[str, list[Event]]]]:
    """What a collector got of a spoken, a typed, an unfinished and a silent answer; the product is closed already."""
    turns: dict[str, list[Event]] = {}
    with Collector() as collector:
        settings = fast_settings(
            tmp_path_factory.mktemp("traces"), otel_exporter_otlp_endpoint=f"{collector.url}/", coach_author="model"
        )
        with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
            job = client.document("job_description", JOB)
            session = client.start(document_ids=[job["document_id"]], question_count=8, author="rules")["session_id"]
            turns["spoken"] = client.turn(session, audio=("a.wav", speech_like_wav(6.0), "audio/wav"))
            turns["typed"] = client.turn(session, text=ANSWER)
            written = client.start(question_count=8)["session_id"]
            turns["unfinished"] = client.turn(written, text=UNFINISHED)
            turns["silent"] = client.turn(session, audio=("a.wav", silence_wav(2.0), "audio/wav"))
        yield collector, turns


def tree(collector: Collector, turn: list[Event]) -> tuple[Span, list[Span]]:
    """The root of a turn's trace, and the spans below it by their beginning."""
    turn_id = turn[0].data["turn_id"]
    (root,) = [s for s in collector.spans if s.name == "turn" and attributes(s)["ih.turn_id"] == turn_id]
    below = [s for s in collector.spans if s.trace_id == root.trace_id and s is not root and s.name != "turn"]
    return root, below


def attributes(span: Span) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


def test_a_turn_is_one_trace_with_a_span_a_stage(traced: tuple[Collector, dict[str, list[Event]]]) -> None:
    collector, turns = traced
    assert set(collector.paths) == {"/v1/traces"}
    root, below = tree(collector, turns["spoken"])
    assert not root.parent_span_id
    assert {span.name for span in below} == STAGES - {"llm"}
    for span in below:
        assert span.parent_span_id == root.span_id
        assert root.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano, span.name
        assert span.end_time_unix_nano <= root.end_time_unix_nano, span.name
    begun = [span.name for span in below]
    order = ["intake", "asr", "analysis", "retrieval", "store"]
    assert [name for name in dict.fromkeys(begun) if name in order] == order
    assert begun.count("analysis") == 2
    assert begun[-1] == "store"
    about = attributes(root)
    ended = by_name(turns["spoken"], "turn.ended")
    assert about["ih.outcome"] == "completed"
    assert {f"ih.version.{part}": version for part, version in ended["versions"].items()}.items() <= about.items()
    lasted_s = (root.end_time_unix_nano - root.start_time_unix_nano) / 1e9
    assert lasted_s >= ended["at_ms"] / 1000 - 0.002


def test_a_question_of_the_model_is_in_the_trace(traced: tuple[Collector, dict[str, list[Event]]]) -> None:
    root, below = tree(traced[0], traced[1]["unfinished"])
    assert {span.name for span in below} == STAGES - {"asr"}
    asked = [span for span in below if span.name == "llm"]
    assert len(asked) == 2, "the reply, and one repair of what was none"
    for model in asked:
        assert model.parent_span_id == root.span_id
        assert root.start_time_unix_nano <= model.start_time_unix_nano <= model.end_time_unix_nano
        assert model.end_time_unix_nano <= root.end_time_unix_nano
        assert attributes(model)["gen_ai.request.model"] == "scripted"
        assert attributes(model)["gen_ai.usage.output_tokens"] > 0
        assert [event.name for event in model.events] == ["first piece"]


def test_a_typed_turn_has_no_ears(traced: tuple[Collector, dict[str, list[Event]]]) -> None:
    _, below = tree(traced[0], traced[1]["typed"])
    assert {"intake", "analysis", "retrieval", "store"} <= {span.name for span in below} <= STAGES - {"asr"}


def test_what_a_turn_survived_is_an_event_of_its_trace(traced: tuple[Collector, dict[str, list[Event]]]) -> None:
    root, below = tree(traced[0], traced[1]["silent"])
    (notice,) = root.events
    assert notice.name == "notice"
    assert {a.key: a.value.string_value for a in notice.attributes} == {"ih.stage": "stt", "ih.code": "no_speech"}
    (ears,) = [span for span in below if span.name == "asr"]
    assert attributes(ears)["error.type"] == "no_speech"
    assert ears.status.code == Status.STATUS_CODE_UNSET, "silence is no fault of the ears"


def test_traces_hold_no_content(traced: tuple[Collector, dict[str, list[Event]]]) -> None:
    collector, turns = traced
    for span in collector.spans:
        assert span.name in {"turn", *STAGES}
        for holder in (span, *span.events):
            assert {a.key for a in holder.attributes} <= ALLOWED
    said = [event.data.get(name) for turn in turns.values() for event in turn for name in ("text", "summary")]
    words = {" ".join(str(text).split()[:3]) for text in [*said, ANSWER, JOB] if text and len(str(text).split()) > 3}
    everything = b"".join(collector.bodies).decode("utf-8", "replace")
    assert words
    for phrase in words:
        assert phrase not in everything, phrase


CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""The example of the W3C recommendation."""


@pytest.mark.parametrize(
    ("sent", "continued"),
    [
        (CALLER, True),
        (CALLER.upper(), False),
        (CALLER.replace("00-", "ff-", 1), False),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", False),
        (f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01", False),
        (f"{CALLER}; and more", False),
    ],
)
def test_a_callers_trace_is_continued_when_it_is_one(tmp_path: Path, sent: str, continued: bool) -> None:
    with Collector() as collector:
        settings = fast_settings(tmp_path, otel_exporter_otlp_endpoint=collector.url)
        with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
            session = client.start()["session_id"]
            client.http.headers["traceparent"] = sent
            turn = client.turn(session, text=ANSWER)
        root, below = tree(collector, turn)
    assert below
    if continued:
        assert (root.trace_id.hex(), root.parent_span_id.hex()) == tuple(CALLER.split("-")[1:3])
    else:
        assert not root.parent_span_id
        assert root.trace_id.hex() not in sent.lower()


def test_a_caller_may_leave_its_trace_out(tmp_path: Path) -> None:
    """The flag "sampled" of the caller counts, and its trace is in the log lines either way."""
    with Collector() as collector:
        settings = fast_settings(tmp_path, otel_exporter_otlp_endpoint=collector.url)
        with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
            session = client.start()["session_id"]
            client.http.headers["traceparent"] = f"{CALLER[:-2]}00"
            assert by_name(client.turn(session, text=ANSWER), "turn.ended")["outcome"] == "completed"
    assert collector.spans == []


def test_api_and_speech_service_are_one_trace(tmp_path: Path) -> None:
    """The speech service's ears and voice stand below the turn that asked for them."""
    key = "the key of the speech service here"
    with Collector() as collector:
        traced = {"otel_exporter_otlp_endpoint": collector.url}
        speech = create_app(fast_settings(tmp_path / "speech", role="speech", speech_api_key=key, **traced))
        with LoopbackServer(speech) as service:
            address = {"asr_url": f"{service.base_url}/v1", "tts_url": f"{service.base_url}/v1"}
            keys = {"asr_api_key": key, "tts_api_key": key, "tts_cache_bytes": 0}
            product = create_app(fast_settings(tmp_path / "api", **address, **keys, **traced))
            with LoopbackServer(product) as server, ContractClient(server.base_url) as client:
                session = client.start()["session_id"]
                client.http.headers["traceparent"] = CALLER
                said = ("answer.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac")
                turn = client.turn(session, audio=said)
    assert by_name(turn, "turn.ended")["outcome"] == "completed"
    (root,) = [span for span in collector.spans_of("interview-helper") if span.name == "turn"]
    elsewhere = collector.spans_of("interview-helper-speech")
    assert {span.name for span in elsewhere} == {"asr", "voice"}
    for span in elsewhere:
        assert span.trace_id == root.trace_id
        assert span.parent_span_id == root.span_id
        assert span.kind == Span.SPAN_KIND_SERVER
    assert root.trace_id.hex() == CALLER.split("-")[1]


def test_a_failing_collector_costs_no_turn(tmp_path: Path) -> None:
    with Collector(status=400) as collector:
        settings = fast_settings(tmp_path, otel_exporter_otlp_endpoint=collector.url)
        with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
            events = client.turn(client.start()["session_id"], text=ANSWER)
    assert by_name(events, "turn.ended")["outcome"] == "completed"
    assert collector.bodies


def test_off_by_default_and_then_not_even_imported() -> None:
    """The collector's client costs nothing where none is named."""
    code = (
        "import sys; from pathlib import Path; from prometheus_client import CollectorRegistry; "
        "from backend.observability.observation import Observation; "
        "o = Observation(CollectorRegistry(), modes=(), version='1'); o.listener('behavioral', 0.0); "
        "assert not [m for m in sys.modules if m.startswith('opentelemetry')], 'imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
