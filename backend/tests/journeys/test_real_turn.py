"""Whole turns on the real models: real job, real resume, real speech, over real HTTP."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import openai
import pytest

from backend.tests.client import ANSWER, ContractClient, by_name, check_turn
from backend.tests.conftest import SAMPLE, SHARED
from backend.tests.sounds import noise_wav, silence_wav

pytestmark = [pytest.mark.models, pytest.mark.timeout(400)]

SPOKEN = (
    "but i am hugely pleased that you have seen my lady my best qualities if i have any that are good served but for "
    "aggravations of my fault and i was allowed to have wit and understanding and discretion in other things that it "
    "might appear i had none in this"
)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def errors(reference: list[str], heard: list[str]) -> int:
    """Word-level edit distance."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != got))
    return row[-1]


def test_a_spoken_answer_to_a_real_job(real_product: str) -> None:
    with ContractClient(real_product) as client:
        ids = [
            client.upload("job_description", SAMPLE / "job_software_developer.md")["document_id"],
            client.upload("resume", SAMPLE / "resume_sam_rivers.md")["document_id"],
        ]
        session = client.start(document_ids=ids)
        audio = ("answer.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac")
        events = client.turn(session["session_id"], audio=audio)
        check_turn(events)
        heard = by_name(events, "transcript.final")
        rate = errors(words(SPOKEN), words(heard["text"])) / len(words(SPOKEN))
        print(f"\nword error rate of the sample: {rate:.3f}")
        assert rate <= 0.12
        assert heard["duration_s"] == pytest.approx(20.1, abs=0.1)
        assert all(0 <= w["start_s"] <= w["end_s"] <= 20.2 for w in heard["words"])
        assert by_name(events, "delivery")["words_per_minute"] is not None
        for clip in (e.data for e in events if e.name == "audio"):
            response = httpx.get(f"{real_product}{clip['url']}", trust_env=False, timeout=60)
            assert response.content[:4] == b"RIFF"
            assert len(response.content) > 2 * 22_050 * clip["duration_ms"] / 1000 * 0.95


def test_a_whole_typed_interview_with_report(real_product: str) -> None:
    with ContractClient(real_product) as client:
        job = client.upload("job_description", SAMPLE / "job_software_developer.md")
        resume = client.upload("resume", SAMPLE / "resume_sam_rivers.md")
        session = client.start(document_ids=[job["document_id"], resume["document_id"]], question_count=2)
        first = client.turn(session["session_id"], text=ANSWER)
        check_turn(first)
        assert by_name(first, "feedback.final")["scored"] is True
        last = client.turn(session["session_id"], text=ANSWER.replace("weekly", "monthly"))
        check_turn(last, over=True)
        report = client.data("GET", f"/sessions/{session['session_id']}/report")
        assert report["scores"]["conciseness"]["score"] >= 2
        statuses = {r["status"] for r in report["job_fit"]["requirements"]}
        assert statuses <= {"mentioned", "ticked", "not_judged"}
        assert report["best_answer"] is None, "nobody has judged yet"
        path = f"/sessions/{session['session_id']}/turns/{first[0].data['turn_id']}"
        points = by_name(first, "feedback.final")["reference"]["points"]
        client.data("PUT", f"{path}/self_check", json={"ticked": [points[0]["id"]]})
        best = client.data("GET", f"/sessions/{session['session_id']}/report")["best_answer"]
        assert best["answer"] == ANSWER


@pytest.mark.parametrize("sound", [silence_wav(4.0), noise_wav(4.0)], ids=["silence", "noise"])
def test_no_text_is_invented(real_product: str, sound: bytes) -> None:
    with ContractClient(real_product) as client:
        session = client.start(voice=False)
        events = client.turn(session["session_id"], audio=("a.wav", sound, "audio/wav"))
        assert by_name(events, "notice")["code"] == "no_speech"
        assert by_name(events, "transcript.final")["text"] == ""
        assert by_name(events, "feedback.final")["scored"] is False


def test_the_official_client_listens_and_speaks(real_product: str) -> None:
    with ContractClient(real_product) as client:
        http = httpx.Client(trust_env=False, timeout=60)
        sdk = openai.OpenAI(base_url=f"{real_product}/v1", api_key=client.guest["access_token"], http_client=http)
        with (SAMPLE / "answer.flac").open("rb") as file:
            heard = sdk.audio.transcriptions.create(
                file=file, model="whisper-1", response_format="verbose_json", timestamp_granularities=["word"]
            )
        assert errors(words(SPOKEN), words(heard.text)) / len(words(SPOKEN)) <= 0.12
        assert heard.words
        spoken = sdk.audio.speech.create(
            input="Tell me about a plan that changed.", model="tts-1", voice="alloy", response_format="wav"
        )
        again = sdk.audio.transcriptions.create(file=("s.wav", spoken.read()), model="whisper-1")
        assert {"plan", "changed"} <= set(words(again.text))
        assert sdk.models.list().data
        sdk.close()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the larger data set is not beside this clone")
@pytest.mark.parametrize("pair", [("jd_la_licensed_vocational_nurse.pdf", "resume_healthcare_26585242.pdf"),
                                  ("jd_dfe_devops-engineer.md", "resume_awesome_cv.pdf")])  # fmt: skip
def test_real_documents(real_product: str, pair: tuple[str, str]) -> None:
    with ContractClient(real_product) as client:
        folder: Path = SHARED / "documents"
        made = [client.upload(k, folder / n) for k, n in zip(("job_description", "resume"), pair, strict=True)]
        assert [d["status"] for d in made] == ["ready", "ready"]
        session = client.start(document_ids=[d["document_id"] for d in made], voice=False)
        clip = SHARED / "speech" / "librispeech_3080-5032-0007.flac"
        events = client.turn(session["session_id"], audio=(clip.name, clip.read_bytes(), "audio/flac"))
        check_turn(events, voice=False)
