"""Turns: one answer in, one event stream out (contract section 6), and live recordings (section 7)."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from sse_starlette import EventSourceResponse
from starlette.datastructures import FormData, UploadFile

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok, request_id
from backend.api.schemas import ObjectionIn, RecordingIn, SelfCheckIn, SelfRatingIn, TurnIn, self_rating_wire, turn_wire
from backend.api.sse import SSE_DOC, event_stream, follow_turn, replay, seq_of
from backend.asr.decode import decode_async
from backend.asr.ports import Listening, Samples
from backend.errors import AudioEmpty, AudioTooLarge, EventsGone, Invalid, Malformed, NotFound, TooLarge, WrongType
from backend.interview.objections import list_of, point_text
from backend.interview.recordings import Recording
from backend.interview.room import AnswerIn, BegunTurn, arrived_now
from backend.interview.self_checks import self_check
from backend.interview.turn_record import Objection
from backend.wiring import Services

router = APIRouter(prefix="/sessions/{session_id}", tags=["turns"])

_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")


async def _arrived(request: Request) -> float | None:
    """When the last byte of a JSON answer was there: it is read before anybody asks whose it is. None for an upload, which is
    read only when that is known."""
    if _kind(request) != "application/json":
        return None
    await request.body()  # kept by the request
    return arrived_now()


@router.post("/turns", responses=SSE_DOC, response_class=EventSourceResponse)
async def answer(
    request: Request,
    session_id: str,
    arrived: Annotated[float | None, Depends(_arrived)],
    owner: Owner,
    parts: Parts,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Give an answer: multipart `audio`, JSON `{"text"}`, or JSON `{"recording_id", "chunks"}`."""
    if idempotency_key is not None and not _KEY.match(idempotency_key):
        raise Invalid(details={"fields": [{"field": "Idempotency-Key", "problem": "1 to 255 visible characters"}]})
    session = await parts.room.get(owner, session_id)  # 404 before a long body is looked at
    body = await _read(request, parts)
    arrived_at = arrived_now() if arrived is None else arrived
    if known := await parts.room.known(session, idempotency_key, body.sha256):
        return _as_response(parts, known, 0)
    try:
        said, recording = await _said(body, owner, session_id, parts)
    except NotFound:  # the same request at the same moment has taken the recording
        if known := await parts.room.known(session, idempotency_key, body.sha256):
            return _as_response(parts, known, 0)
        raise
    begun = await parts.room.answer(
        owner,
        session_id,
        AnswerIn(
            said=said,
            body_sha256=body.sha256,
            arrived_at=arrived_at,
            idempotency_key=idempotency_key,
            retry_of=body.retry_of,
            corrects=body.corrects,
            continues=body.continues,
            question_id=body.question_id,
            request_id=request_id(),
            prepared=recording.prepared if recording is not None else None,
        ),
    )
    if recording is not None:
        parts.room.recordings.hand_over(recording.recording_id)
    return _as_response(parts, begun, 0)


@router.get("/turns/{turn_id}/events", responses=SSE_DOC, response_class=EventSourceResponse)
async def resume(
    session_id: str,
    turn_id: str,
    owner: Owner,
    parts: Parts,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Replay what was missed after `Last-Event-ID` and go on live; never generates anything again."""
    record = await parts.room.turn(owner, session_id, turn_id)
    after = seq_of(last_event_id, turn_id)
    begun = parts.room.begun(record)
    if begun.stream is None and not begun.events:
        raise EventsGone(details={"turn_url": f"/api/v1/sessions/{session_id}/turns/{turn_id}"})
    parts.metrics.resumed("stored" if begun.stream is None or begun.stream.ended else "running")
    return _as_response(parts, begun, after)


@router.get("/turns/{turn_id}")
async def get_turn(request: Request, session_id: str, turn_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The stored turn: the same facts as its events."""
    record = await parts.room.turn(owner, session_id, turn_id)
    return ok(request, turn_wire(record, await parts.stores.turns.list(session_id)))


@router.put("/turns/{turn_id}/self-rating")
async def rate_myself(
    request: Request, session_id: str, turn_id: str, body: SelfRatingIn, owner: Owner, parts: Parts
) -> JSONResponse:
    """How the candidate rates an answer, best before its feedback is read; again replaces it."""
    rating = body.rating(datetime.now(UTC).isoformat(timespec="milliseconds"))
    if not await parts.stores.turns.rate(owner, session_id, turn_id, rating):
        raise NotFound
    return ok(request, self_rating_wire(await parts.room.turn(owner, session_id, turn_id)))


@router.put("/turns/{turn_id}/self_check")
async def check_myself(
    request: Request, session_id: str, turn_id: str, body: SelfCheckIn, owner: Owner, parts: Parts
) -> JSONResponse:
    """Which points of a strong answer the candidate finds in theirs; again replaces it."""
    record = await parts.room.turn(owner, session_id, turn_id)
    check = self_check(record, await parts.room.feedback_so_far(record), body.ticked)
    if not await parts.stores.turns.check(owner, session_id, turn_id, check):
        raise NotFound
    return ok(request, check.model_dump(mode="json"))


@router.post("/turns/{turn_id}/objections", status_code=201)
async def object_to(
    request: Request, session_id: str, turn_id: str, body: ObjectionIn, owner: Owner, parts: Parts
) -> JSONResponse:
    """Say that a point of the feedback is wrong. It is kept and shown; a second word on the same point replaces the first."""
    record = await parts.room.turn(owner, session_id, turn_id)
    feedback = await parts.room.feedback_so_far(record)
    text = point_text(feedback, body.point) if feedback is not None else None
    if text is None:
        raise Invalid(details={"fields": [{"field": "point", "problem": "not a point of this turn's feedback"}]})
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    objection = Objection(point=body.point, text=text, why=_clean(body.why or "") or None, objected_at=now)
    if not await parts.stores.turns.object(owner, session_id, turn_id, objection):
        raise NotFound
    if all(known.point != body.point for known in record.objections):
        parts.metrics.objected(list_of(body.point))
    return ok(request, objection.model_dump(mode="json"), 201)


@router.delete("/turns/{turn_id}", status_code=202)
async def interrupt(request: Request, session_id: str, turn_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """Stop the coach: the stream ends with `turn.ended` `cancelled`; what was said so far is kept."""
    asked_at = time.monotonic()
    was_running = await parts.room.interrupt(owner, session_id, turn_id)
    if was_running:
        parts.metrics.cancelled(time.monotonic() - asked_at)
    return ok(request, {"turn_id": turn_id, "cancelled": was_running}, 202)


@router.delete("/turns/{turn_id}/answer", status_code=204)
async def erase_answer(session_id: str, turn_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase an answer and what was derived from it: feedback, scores, stories, comments, quotations."""
    await parts.room.erase_answer(owner, session_id, turn_id)
    return Response(status_code=204)


# --- live recordings -------------------------------------------------------------------------------------------------


@router.post("/recordings", status_code=201)
async def begin_recording(
    request: Request, session_id: str, body: RecordingIn, owner: Owner, parts: Parts
) -> JSONResponse:
    """Begin to send sound while it is spoken."""
    recording = await parts.room.record(
        owner, session_id, body.mime, judge_pauses=body.end_of_turn, retry_of=body.retry_of
    )
    return ok(request, {"recording_id": recording.recording_id}, 201)


@router.put("/recordings/{recording_id}/chunks/{number}")
async def put_chunk(
    request: Request, session_id: str, recording_id: str, number: int, owner: Owner, parts: Parts
) -> JSONResponse:
    """One piece of sound; the same number again is a no-op, a gap is 409 with the number expected.

    `turn` is there in a pause of a recording that was begun with `end_of_turn`, where a turn model is loaded:
    `complete` (0..1), judged when `at_s` seconds had been heard, and how much of them the partial text covers.
    """
    recording = parts.room.recordings.get(owner, session_id, recording_id)
    received = parts.room.recordings.put(recording, number, await request.body())
    partial = recording.partial
    answer = {"received": received, "partial": {"text": partial.text, "stable_chars": partial.stable_chars}}
    if (pause := recording.pause) is not None:
        answer["turn"] = asdict(pause)
    return ok(request, answer)


@router.delete("/recordings/{recording_id}", status_code=204)
async def drop_recording(session_id: str, recording_id: str, owner: Owner, parts: Parts) -> Response:
    """Throw a recording away."""
    parts.room.recordings.get(owner, session_id, recording_id)
    parts.room.recordings.drop(recording_id)
    return Response(status_code=204)


# --- reading an answer -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Body:
    """One answer's body: text, an uploaded recording, or the name of a live one."""

    sha256: str
    retry_of: str | None = None
    text: str | None = None
    audio: bytes | None = None
    mime: str | None = None
    recording_id: str | None = None
    chunks: int | None = None
    corrects: str | None = None
    continues: str | None = None
    question_id: str | None = None


async def _read(request: Request, parts: Services) -> _Body:
    kind = _kind(request)
    if kind == "multipart/form-data":
        return await _read_upload(request, parts)
    if kind == "application/json":
        return await _read_json(request, parts)
    raise WrongType("Send the answer as a multipart form with `audio`, or as JSON.")


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _read_upload(request: Request, parts: Services) -> _Body:
    limit = parts.limits.audio_max_bytes
    async with request.form(max_files=2, max_fields=5, max_part_size=64 * 1024) as form:
        upload, retried, question_id = form.get("audio"), _field(form, "retry_of"), _field(form, "question_id")
        continues = _field(form, "continues")
        if not isinstance(upload, UploadFile):
            raise Invalid(details={"fields": [{"field": "audio", "problem": "a file is wanted"}]})
        if continues is not None and retried is not None:
            raise Invalid(details={"fields": [{"field": "continues", "problem": "goes not with retry_of"}]})
        audio, mime = await upload.read(limit + 1), upload.content_type
    if len(audio) > limit:
        raise AudioTooLarge
    about = [part.encode() for part in (retried or "", continues) if part is not None]
    digest = _digest(b"audio", audio, *about)
    return _Body(digest, retried, audio=audio, mime=mime, continues=continues, question_id=question_id)


def _field(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value or None if isinstance(value, str) else None


async def _read_json(request: Request, parts: Services) -> _Body:
    raw = await request.body()
    too_long = TooLarge("This answer is too long. Please keep to what you would say in a few minutes.")
    if len(raw) > 8 * parts.limits.answer_max_characters:
        raise too_long
    try:
        body = TurnIn.model_validate_json(raw)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        if any(p["type"] == "json_invalid" for p in problems):
            raise Malformed("The body is not valid JSON.") from None
        fields = [{"field": ".".join(map(str, p["loc"])), "problem": p["msg"]} for p in problems]
        raise Invalid(details={"fields": fields}) from None
    if (body.text is None) == (body.recording_id is None):
        raise Invalid(details={"fields": [{"field": "text", "problem": "either text or recording_id is wanted"}]})
    if body.text is not None and len(body.text) > parts.limits.answer_max_characters:
        raise too_long
    text = None if body.text is None else _clean(body.text)
    return _Body(
        _digest(b"json", raw),
        body.retry_of,
        text,
        recording_id=body.recording_id,
        chunks=body.chunks,
        corrects=body.corrects,
        continues=body.continues,
        question_id=body.question_id,
    )


async def _said(
    body: _Body, owner: str, session_id: str, parts: Services
) -> tuple[str | Samples | Listening, Recording | None]:
    """The answer, and the recording it was when it was sent live."""
    if body.text is not None:
        return body.text, None
    if body.audio is not None:
        return await _decode(body.audio, body.mime, parts), None
    recording = parts.room.recordings.get(owner, session_id, body.recording_id or "")
    sound = await recording.complete(body.chunks)
    if isinstance(sound, bytes):
        return await _decode(sound, recording.mime, parts), recording
    return sound, recording


async def _decode(data: bytes, mime: str | None, parts: Services) -> Samples:
    if not data:
        raise AudioEmpty
    return await decode_async(data, mime, max_s=parts.limits.audio_max_s)


def _clean(text: str) -> str:
    """Typed text without control characters; line ends become spaces of their own kind."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text).strip()


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _as_response(parts: Services, begun: BegunTurn, after: int) -> EventSourceResponse:
    heartbeat_s = parts.limits.heartbeat_s
    if begun.stream is not None:
        return follow_turn(parts.room.active, begun.stream, after, heartbeat_s, parts.metrics)
    return event_stream(replay(list(begun.events), after), heartbeat_s, parts.metrics)
