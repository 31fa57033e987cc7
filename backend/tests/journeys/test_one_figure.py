"""Length and pace are one computation, from the word times: turn, report, progress and paper say the same."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from backend.app import create_app
from backend.coaching.measured_points import spoken_time
from backend.coaching.report_pdf import clock
from backend.tests.client import ContractClient, by_name
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.sounds import noise_wav


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ContractClient]:
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as one:
        yield one


@pytest.mark.parametrize("seconds", [16, 70, 190])
def test_one_length_and_one_pace_everywhere(client: ContractClient, seconds: int) -> None:
    """The scripted ear spreads the same words over the recording; what the detector heard is the whole of it."""
    session = client.start(question_count=2)["session_id"]
    events = client.turn(session, audio=("answer.wav", noise_wav(seconds, 0.2), "audio/wav"))
    delivery, feedback = by_name(events, "delivery"), by_name(events, "feedback.final")
    talk_s, pace = delivery["talk_time_s"], delivery["words_per_minute"]
    assert 0 < talk_s <= seconds
    assert pace == pytest.approx(60 * delivery["word_count"] / talk_s, rel=0.01)
    report = client.data("GET", f"/sessions/{session}/report")
    assert (report["delivery"]["talk_time_s"], report["delivery"]["words_per_minute"]) == (talk_s, pace)
    assert client.data("GET", "/progress")["delivery"][-1]["words_per_minute"] == pace
    time = spoken_time(talk_s)
    assert time in report["summary"] and time in feedback["scores"]["conciseness"]["why"]
    paper = " ".join(
        page.extract_text()
        for page in PdfReader(BytesIO(client.call("GET", f"/sessions/{session}/report.pdf").content)).pages
    )
    assert clock(talk_s) in paper and f"{pace:.0f}" in paper
