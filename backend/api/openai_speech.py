"""Speech as other tools expect it (contract section 8): OpenAI's audio API, no envelope, errors in its shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from backend.api.deps import AnyParts, Owner
from backend.asr.decode import decode_async
from backend.asr.ports import SAMPLE_RATE, Transcript, Word
from backend.errors import (
    AppError,
    AudioTooLarge,
    Invalid,
    NoSpeech,
    SpeechTextTooLong,
    SttUnavailable,
    TtsUnavailable,
)  # fmt: skip
from backend.tts.ports import Speech
from backend.tts.sentences import Speakable, speakable
from backend.tts.wav import MIME, Format, encode

TEXT_MAX = 4096
_CREATED = 1_735_689_600
_SEGMENTS: list[Literal["word", "segment"]] = ["segment"]
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class _OpenAiErrors(APIRoute):
    """Renders our errors in OpenAI's shape."""

    def get_route_handler(self) -> Any:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response: Response = await inner(request)
            except AppError as error:
                request.app.state.on_error(error)
                return _failed(error)
            except RequestValidationError as error:
                request.app.state.on_error(Invalid())
                return _invalid(error)
            return response

        return handler


router = APIRouter(prefix="/v1", tags=["speech"], route_class=_OpenAiErrors)


def _failed(error: AppError) -> JSONResponse:
    kind = _KINDS.get(error.status, "invalid_request_error" if error.status < 500 else "server_error")
    body = {"error": {"message": error.message_safe, "type": kind, "param": None, "code": error.code}}
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else {}
    return JSONResponse(body, status_code=error.status, headers=headers)


def _invalid(error: RequestValidationError) -> JSONResponse:
    """The first problem, named as OpenAI names it: the parameter and what is wrong, not its value."""
    problem = error.errors()[0]
    param = ".".join(str(part) for part in problem["loc"] if part != "body") or None
    message = f"{param or 'body'}: {problem['msg']}"
    wire = {"message": message, "type": "invalid_request_error", "param": param, "code": Invalid.code}
    return JSONResponse({"error": wire}, status_code=400)


@router.get("/models")
async def models(owner: Owner, parts: AnyParts) -> JSONResponse:
    """What is loaded."""
    names = [p.name for p in (parts.transcriber, parts.voice, parts.chat) if p is not None]
    data = [{"id": name, "object": "model", "created": _CREATED, "owned_by": "interview-helper"} for name in names]
    return JSONResponse({"object": "list", "data": data})


@router.post("/audio/transcriptions")
async def transcribe(
    owner: Owner,
    parts: AnyParts,
    file: UploadFile,
    model: Annotated[str, Form(max_length=200)] = "",
    language: Annotated[str | None, Form(max_length=16)] = None,
    prompt: Annotated[str, Form(max_length=2000)] = "",
    response_format: Annotated[Literal["json", "text", "srt", "verbose_json", "vtt"], Form()] = "json",
    granularities: Annotated[list[Literal["word", "segment"]], Form(alias="timestamp_granularities[]")] = _SEGMENTS,
) -> Response:
    """Speech to text. Silence gives an empty text. Without `language` it is detected."""
    if parts.transcriber is None:
        raise SttUnavailable
    data = await file.read(parts.limits.audio_max_bytes + 1)
    if len(data) > parts.limits.audio_max_bytes:
        raise AudioTooLarge
    samples = await decode_async(data, file.content_type, max_s=parts.limits.audio_max_s)
    hotwords = [w.strip() for w in prompt.split(",") if w.strip()][:40]
    try:
        heard = await parts.transcriber.transcribe(samples, language=language, hotwords=hotwords)
    except NoSpeech:
        heard = Transcript("", language or "en", len(samples) / SAMPLE_RATE, 0.0, ())
    if response_format in {"text", "srt", "vtt"}:
        return PlainTextResponse(_as_text(heard, response_format))
    if response_format == "json":
        return JSONResponse({"text": heard.text})
    return JSONResponse(_verbose(heard, granularities))


def _verbose(heard: Transcript, granularities: Sequence[str]) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "task": "transcribe",
        "language": heard.language,
        "duration": round(heard.duration_s, 3),
        "text": heard.text,
    }
    if "word" in granularities:
        wire["words"] = [{"word": w.text, "start": round(w.start_s, 3), "end": round(w.end_s, 3)} for w in heard.words]
    if "segment" in granularities:
        wire["segments"] = _segments(heard)
    return wire


def _segments(heard: Transcript) -> list[dict[str, Any]]:
    """Runs of words up to a sentence end."""
    found: list[dict[str, Any]] = []
    run: list[Word] = []
    for word in heard.words:
        run.append(word)
        if word.text.endswith((".", "!", "?")) or word is heard.words[-1]:
            found.append(_segment(len(found), run))
            run = []
    return found


def _segment(number: int, run: list[Word]) -> dict[str, Any]:
    """All fields that OpenAI's clients read; what this server does not measure has its neutral value."""
    sure = sum(word.probability for word in run) / len(run)
    start, end = round(run[0].start_s, 3), round(run[-1].end_s, 3)
    return {"id": number, "seek": 0, "start": start, "end": end, "text": " ".join(word.text for word in run),
            "tokens": [], "temperature": 0.0, "avg_logprob": round(math.log(max(sure, 1e-6)), 4),
            "compression_ratio": 1.0, "no_speech_prob": 0.0}  # fmt: skip


def _as_text(heard: Transcript, form: str) -> str:
    if form == "text":
        return heard.text + "\n"
    comma = "," if form == "srt" else "."
    lines = ["WEBVTT", ""] if form == "vtt" else []
    for number, segment in enumerate(_segments(heard), 1):
        lines += [str(number)] if form == "srt" else []
        lines += [f"{_clock(segment['start'], comma)} --> {_clock(segment['end'], comma)}", segment["text"], ""]
    return "\n".join(lines) + "\n"


def _clock(seconds: float, comma: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{comma}{ms % 1000:03}"


class SpeechIn(BaseModel):
    """Body of `POST /v1/audio/speech`; fields of OpenAI's API that mean nothing here are accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    input: str = Field(min_length=1)
    model: str = ""
    voice: Any = None
    response_format: Format = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)


@router.post("/audio/speech")
async def speak(body: SpeechIn, owner: Owner, parts: AnyParts) -> Response:
    """Text to speech."""
    if parts.voice is None:
        raise TtsUnavailable
    if len(body.input) > TEXT_MAX:
        raise SpeechTextTooLong
    cutter = Speakable()
    pieces = [s for p in [*cutter.feed(body.input), *cutter.flush()] if (s := speakable(p))]
    spoken = [await parts.voice.speak(piece, rate=min(2.0, max(0.5, body.speed))) for piece in pieces]
    rate = spoken[0].sample_rate if spoken else 22_050
    speech = Speech(b"".join(s.pcm for s in spoken), rate)
    return Response(
        encode(speech, body.response_format), media_type=MIME[body.response_format], headers={"X-AI-Generated": "1"}
    )
