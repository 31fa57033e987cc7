"""What nobody should send: every route answers with the envelope, loses nothing and leaks nothing."""

from __future__ import annotations

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from backend.tests.client import ANSWER, JOB, ContractClient, by_name, check_envelope, check_turn
from backend.tests.conftest import SAMPLE, LoopbackServer
from backend.tests.sounds import speech_like_wav

SPEECH = (SAMPLE / "answer.flac").read_bytes()
PDF = (SAMPLE / "resume_sam_rivers.pdf").read_bytes()


@pytest.fixture
def session(client: ContractClient) -> Iterator[str]:
    """An open interview, which must still take an answer after the test."""
    session_id = client.start()["session_id"]
    yield session_id
    check_turn(client.turn(session_id, text=ANSWER))


def post_audio(client: ContractClient, session: str, data: bytes, mime: str, status: int) -> dict[str, Any]:
    return client.error("POST", f"/sessions/{session}/turns", status, files={"audio": ("answer", data, mime)})


# --- sound -----------------------------------------------------------------------------------------------------------


def test_sound_of_no_bytes(client: ContractClient, session: str) -> None:
    error = post_audio(client, session, b"", "audio/webm", 422)
    assert (error["stage"], error["code"], error["retryable"]) == ("upload", "audio_empty", False)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PDF, "application/pdf"),
        (PDF, "audio/wav"),
        (b"GIF89a" + bytes(500), "image/gif"),
        (b"hello " * 100, "text/plain"),
    ],
    ids=["pdf", "pdf named wav", "picture", "text"],
)
def test_what_is_no_sound(client: ContractClient, session: str, data: bytes, mime: str) -> None:
    error = post_audio(client, session, data, mime, 415)
    assert error["code"] == "audio_type_unsupported"


def test_sound_of_ten_minutes(client: ContractClient, session: str) -> None:
    error = post_audio(client, session, speech_like_wav(600), "audio/wav", 413)
    assert error["code"] == "audio_too_long"


def test_sound_is_held_in_memory_only(client: ContractClient, monkeypatch: pytest.MonkeyPatch) -> None:
    session = client.start()["session_id"]
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/to/write")
    check_turn(client.turn(session, audio=("a.wav", speech_like_wav(60), "audio/wav")))
    with httpx.Client(base_url=client.base_url, headers=client.http.headers, trust_env=False, timeout=60) as http:
        files = {"file": ("a.wav", speech_like_wav(60), "audio/wav")}
        assert http.post("/v1/audio/transcriptions", files=files, data={"model": "whisper-1"}).status_code == 200


@pytest.mark.parametrize("kept", [30, 44, 100])
def test_sound_cut_in_its_header_is_refused(client: ContractClient, session: str, kept: int) -> None:
    response = client.call(
        "POST", f"/sessions/{session}/turns", files={"audio": ("a.wav", speech_like_wav(2)[:kept], "audio/wav")}
    )
    assert response.status_code in {415, 422}
    check_envelope(response)


def test_sound_cut_in_the_middle_is_heard_as_far_as_it_goes(client: ContractClient) -> None:
    session = client.start()["session_id"]
    whole = speech_like_wav(6)
    events = client.turn(session, audio=("a.wav", whole[: len(whole) // 2], "audio/wav"))
    check_turn(events)
    assert by_name(events, "transcript.final")["duration_s"] == pytest.approx(3, abs=0.2)


def test_a_form_without_sound(client: ContractClient, session: str) -> None:
    error = client.error("POST", f"/sessions/{session}/turns", 422, files={"picture": ("a", SPEECH, "audio/flac")})
    assert error["details"]["fields"][0]["field"] == "audio"


# --- text and JSON ---------------------------------------------------------------------------------------------------


def test_a_text_of_three_million_words(client: ContractClient, session: str) -> None:
    body = json.dumps({"text": "word " * 3_000_000})
    response = client.call(
        "POST", f"/sessions/{session}/turns", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 413
    assert check_envelope(response)["code"] == "too_large"


@pytest.mark.parametrize(
    ("path", "method"),
    [("/sessions", "POST"), ("/documents", "POST"), ("/retrieval/search", "POST"), ("/analyses", "POST")],
)
@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b"[]", b'"text"', b"null", b"[" * 20_000], ids=lambda b: repr(b[:8])
)
def test_what_is_no_object_of_json(client: ContractClient, method: str, path: str, body: bytes) -> None:
    response = client.call(method, path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}, response.text[:200]
    check_envelope(response)


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b"[" * 20_000, b"{}", b'{"text": 5}', b'{"text": "a", "chunks": "x"}']
)
def test_an_answer_that_is_no_answer(client: ContractClient, session: str, body: bytes) -> None:
    response = client.call(
        "POST", f"/sessions/{session}/turns", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code in {400, 422}
    check_envelope(response)


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "interrogation"},
        {"question_count": 0},
        {"question_count": 21},
        {"question_count": "many"},
        {"language": "zz"},
        {"difficulty": ""},
        {"document_ids": "all"},
        {"panel": [{}]},
        {"role_pack": "no such pack"},
        {"practice": None},
    ],
    ids=str,
)
def test_a_plan_out_of_bounds(client: ContractClient, change: dict[str, Any]) -> None:
    plan = {"mode": "behavioral", "difficulty": "medium", "question_count": 3, "language": "en", "document_ids": []}
    error = client.error("POST", "/sessions", 422, json={**plan, **change})
    assert error["code"] == "validation_failed"


def test_a_wrong_type_of_body(client: ContractClient, session: str) -> None:
    response = client.call(
        "POST", f"/sessions/{session}/turns", content=b"<answer/>", headers={"Content-Type": "application/xml"}
    )
    assert response.status_code == 415
    check_envelope(response)


def test_an_echo_of_the_body_is_never_in_the_error(client: ContractClient) -> None:
    secret = "my salary is 91000"
    response = client.call("POST", "/sessions", json={"mode": secret, "language": secret, "question_count": secret})
    assert response.status_code == 422
    assert secret not in response.text


# --- documents -------------------------------------------------------------------------------------------------------


def zipped(name: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, "no document")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("resume.pdf", zipped("a.txt"), "application/pdf"),
        ("resume.docx", PDF[:300], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("resume.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(2000), "application/pdf"),
        ("resume.txt", b"", "text/plain"),
    ],
    ids=["a pdf that is a zip", "a docx that is a pdf", "noise", "empty"],
)
def test_a_document_that_cannot_be_read_says_what_to_do(
    client: ContractClient, name: str, data: bytes, mime: str
) -> None:
    response = client.call("POST", "/documents", files={"file": (name, data, mime)}, data={"kind": "resume"})
    if response.status_code == 202:
        document = client.ready(response.json()["data"])
        assert document["status"] == "failed"
        assert document["error"]["stage"] == "ingest"
        assert document["error"]["message_safe"].endswith(".")
        client.call("DELETE", f"/documents/{document['document_id']}")
    else:
        assert response.status_code in {415, 422}
        check_envelope(response)


def test_a_picture_is_no_document(client: ContractClient) -> None:
    picture = ("resume.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png")
    client.error("POST", "/documents", 415, files={"file": picture}, data={"kind": "resume"})


# --- whose is it, and when -------------------------------------------------------------------------------------------

FOREIGN = [
    ("GET", "/sessions/{session}"),
    ("PATCH", "/sessions/{session}"),
    ("DELETE", "/sessions/{session}"),
    ("GET", "/sessions/{session}/report"),
    ("GET", "/sessions/{session}/report.pdf"),
    ("GET", "/sessions/{session}/transcript"),
    ("POST", "/sessions/{session}/turns"),
    ("POST", "/sessions/{session}/recordings"),
    ("GET", "/sessions/{session}/turns/{turn}"),
    ("GET", "/sessions/{session}/turns/{turn}/events"),
    ("DELETE", "/sessions/{session}/turns/{turn}"),
    ("PUT", "/sessions/{session}/turns/{turn}/self-rating"),
    ("PUT", "/sessions/{session}/turns/{turn}/self_check"),
    ("GET", "/sessions/{session}/claims"),
    ("POST", "/sessions/{session}/shares"),
    ("GET", "/sessions/{session}/shares"),
    ("DELETE", "/sessions/{session}/shares/{share}"),
    ("DELETE", "/sessions/{session}/comments/{share}"),
    ("GET", "/documents/{document}"),
    ("GET", "/documents/{document}/text"),
    ("GET", "/documents/{document}/events"),
    ("DELETE", "/documents/{document}"),
]
BODIES: dict[str, Any] = {"PATCH": {"state": "finished"}, "POST": {"text": ANSWER, "mime": "audio/L16;rate=16000"}}


def test_what_belongs_to_somebody_else_does_not_exist(client: ContractClient, fast_product: LoopbackServer) -> None:
    document = client.document("job_description", JOB)
    session = client.start(document_ids=[document["document_id"]])
    turn = client.turn(session["session_id"], text=ANSWER)[0].data["turn_id"]
    share = client.data("POST", f"/sessions/{session['session_id']}/shares")["share_id"]
    names = {"session": session["session_id"], "document": document["document_id"], "turn": turn, "share": share}
    with ContractClient(fast_product.base_url) as other:
        for method, path in FOREIGN:
            body = {"text": ANSWER} if path.endswith("/turns") else {"mime": "audio/L16;rate=16000"}
            body = {"state": "finished"} if method == "PATCH" else body
            body = {"overall": 3} if method == "PUT" else body
            body = {"ticked": []} if path.endswith("/self_check") else body
            body = {"days": 3} if path.endswith("/shares") else body
            kw = {"json": body} if method in {"POST", "PATCH", "PUT"} else {}
            error = other.error(method, path.format(**names), 404, **kw)
            absent = other.error(method, path.format(**dict.fromkeys(names, "no-such")), 404, **kw)
            assert (error["stage"], error["code"], error["message_safe"]) == (
                absent["stage"],
                absent["code"],
                absent["message_safe"],
            ), path
        error = other.error(
            "POST", "/sessions", 404, json={"mode": "behavioral", "document_ids": [document["document_id"]]}
        )
        assert error["code"] == "not_found"
        found = other.data("POST", "/retrieval/search", json={"query": JOB, "document_ids": [document["document_id"]]})
        assert found["passages"] == []
    assert client.data("GET", f"/sessions/{session['session_id']}")["turns"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "a" * 9000])
def test_a_wrong_token(fast_product: LoopbackServer, token: str) -> None:
    with httpx.Client(base_url=fast_product.base_url, trust_env=False, timeout=60) as http:
        for method, path in [("GET", "/api/v1/me"), ("POST", "/api/v1/sessions"), ("GET", "/api/v1/documents")]:
            response = http.request(method, path, headers={"Authorization": token} if token else {})
            assert response.status_code == 401
            assert check_envelope(response)["stage"] == "auth"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b"[" * 20_000], ids=lambda b: repr(b[:8]))
def test_a_rating_or_a_link_that_is_none(client: ContractClient, body: bytes) -> None:
    session = client.start()["session_id"]
    json_type = {"Content-Type": "application/json"}
    for method, path in [("PUT", f"/sessions/{session}/turns/x/self-rating"), ("POST", f"/sessions/{session}/shares")]:
        response = client.call(method, path, content=body, headers=json_type)
        allowed = {201, 400, 422} if method == "POST" and body in {b"", b"null"} else {400, 422}
        assert response.status_code in allowed, f"{path} {body[:8]!r}: {response.text[:200]}"


def test_a_turn_in_a_finished_interview(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.data("PATCH", f"/sessions/{session}", json={"state": "finished"})
    error = client.error("POST", f"/sessions/{session}/turns", 409, json={"text": ANSWER})
    assert (error["stage"], error["code"]) == ("session", "session_finished")
    assert error["details"]["state"] == "finished"


@pytest.mark.parametrize("path", ["/nothing", "/sessions/x/y/z", "/documents/%00", "/sessions/..%2f..%2fme"])
def test_a_path_that_is_not_there(client: ContractClient, path: str) -> None:
    client.error("GET", path, 404)


def test_a_method_that_is_not_there(client: ContractClient) -> None:
    assert client.error("PUT", "/sessions", 405)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("my-id_1.2", True), ("a" * 64, True), ("a" * 65, False), ("with space", False), ("<script>", False)],
)
def test_a_request_id_is_kept_or_replaced(client: ContractClient, given: str, kept: bool) -> None:
    response = client.call("GET", "/catalog", headers={"X-Request-ID": given})
    assert (response.headers["x-request-id"] == given) is kept
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_a_key_that_is_none(client: ContractClient, session: str) -> None:
    error = client.error(
        "POST", f"/sessions/{session}/turns", 422, json={"text": ANSWER}, headers={"Idempotency-Key": "k" * 256}
    )
    assert error["details"]["fields"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("last", ["garbage", "x:1", "turn:-1", ":", "turn:99999999999999999999"])
def test_a_last_event_id_of_something_else_starts_from_the_beginning(client: ContractClient, last: str) -> None:
    session = client.start()["session_id"]
    events = client.turn(session, text=ANSWER)
    turn = events[0].data["turn_id"]
    again = client.resume(session, turn, last)
    assert [e.id for e in again] == [e.id for e in events]


def test_a_body_without_an_end_is_cut_off(client: ContractClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"mode": "'
        for _ in range(200):
            yield b"x" * 1_000_000

    response = client.call("POST", "/sessions", content=pieces(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert check_envelope(response)["code"] == "too_large"


@pytest.mark.parametrize("field", ["author", "tone"])
def test_an_author_or_a_tone_that_there_is_not(client: ContractClient, field: str) -> None:
    error = client.error("POST", "/sessions", 422, json={field: "shakespeare"})
    assert error["details"]["fields"][0]["field"].endswith(field)
    kept = client.start(author="rules", tone="blunt")["session_id"]
    assert {k: client.data("GET", f"/sessions/{kept}")[k] for k in ("author", "tone")} == {
        "author": "rules", "tone": "blunt",
    }  # fmt: skip
