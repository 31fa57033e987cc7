"""Every error the product can name, each with its stage, code, HTTP status and whether trying again can help.

    AppError
    ├── request     Malformed, Invalid, NotFound, Conflict, TooLarge, WrongType, ...
    ├── auth        Unauthenticated, Forbidden, LinkExpired
    ├── limits      TooManyRequests, AtCapacity, Draining
    ├── proxy       RequestTooSlow, UpstreamUnavailable, UpstreamTimeout
    ├── session     SessionFinished, SessionPaused, StateConflict, ...
    ├── upload      AudioEmpty, AudioTooLong, AudioUnreadable, RecordingGap, ...
    ├── ingest      DocumentEmpty, DocumentUnreadable, DocumentEncrypted, ...
    ├── stt         NoSpeech, NotUnderstood, SttTimeout, SttUnavailable
    ├── retrieval   RetrievalUnavailable
    ├── llm         LlmTimeout, LlmUnavailable, LlmIncomplete, LlmKeyRejected, LlmRequestRefused
    ├── tts         TtsTimeout, TtsUnavailable
    └── report      ReportNotReady

`docs/errors.md` is generated from this tree by `interview-helper docs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

Stage = Literal["auth", "session", "upload", "ingest", "stt", "retrieval", "llm", "tts", "report", "unknown"]


class AppError(Exception):
    """Base of every error a person may see.

    `message_safe` is a sentence a person can act on; it never holds a stack trace, a path, a key or document text.
    """

    stage: ClassVar[Stage] = "unknown"
    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = True
    message_safe: str = "Something went wrong on our side. Please try again."

    def __init__(
        self,
        message_safe: str | None = None,
        *,
        details: dict[str, Any] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        if message_safe is not None:
            self.message_safe = message_safe
        self.details = details
        self.retry_after_s = retry_after_s
        super().__init__(f"{self.code}: {self.message_safe}")

    def as_wire(self, request_id: str) -> dict[str, Any]:
        """The contract's `Error` object (section 1)."""
        wire: dict[str, Any] = {
            "stage": self.stage,
            "code": self.code,
            "message_safe": self.message_safe,
            "retryable": self.retryable,
            "request_id": request_id,
        }
        if self.details is not None:
            wire["details"] = self.details
        return wire


def all_errors(base: type[AppError] = AppError) -> Iterator[type[AppError]]:
    """Every error class below `base`, depth first, `base` included."""
    yield base
    for child in base.__subclasses__():
        yield from all_errors(child)


# --- request ---------------------------------------------------------------------------------------------------------


class Malformed(AppError):
    code, status, retryable = "malformed_request", 400, False
    message_safe = "The request could not be read. Please check its format."


class Invalid(AppError):
    code, status, retryable = "validation_failed", 422, False
    message_safe = "Some fields are missing or not as expected. See the details."


class NotFound(AppError):
    code, status, retryable = "not_found", 404, False
    message_safe = "There is nothing here under this address, or it belongs to somebody else."


class MethodNotAllowed(AppError):
    code, status, retryable = "method_not_allowed", 405, False
    message_safe = "This address does not support that kind of request."


class Conflict(AppError):
    code, status, retryable = "conflict", 409, False
    message_safe = "This conflicts with the present state. Please reload and try again."


class TooLarge(AppError):
    stage: ClassVar[Stage] = "upload"
    code, status, retryable = "too_large", 413, False
    message_safe = "This is larger than the limit. Please send something smaller."


class WrongType(AppError):
    stage: ClassVar[Stage] = "upload"
    code, status, retryable = "unsupported_type", 415, False
    message_safe = "This type of file is not supported."


# --- auth ------------------------------------------------------------------------------------------------------------


class Unauthenticated(AppError):
    stage: ClassVar[Stage] = "auth"
    code, status, retryable = "unauthenticated", 401, False
    message_safe = "Please sign in again: the access token is missing, wrong or expired."


class Forbidden(AppError):
    stage: ClassVar[Stage] = "auth"
    code, status, retryable = "forbidden", 403, False
    message_safe = "This is not allowed with your account."


class LinkExpired(AppError):
    stage: ClassVar[Stage] = "auth"
    code, status, retryable = "link_expired", 403, False
    message_safe = "This link has expired. Please open the page again for a new one."


class WrongCredentials(AppError):
    stage: ClassVar[Stage] = "auth"
    code, status, retryable = "wrong_credentials", 401, False
    message_safe = "The e-mail address or the password is not right."


class AccountExists(AppError):
    stage: ClassVar[Stage] = "auth"
    code, status, retryable = "account_exists", 409, False
    message_safe = "There is already an account with this e-mail address. Please sign in instead."


# --- limits ----------------------------------------------------------------------------------------------------------


class TooManyRequests(AppError):
    code, status = "too_many_requests", 429
    message_safe = "That was a lot at once. Please wait a moment and try again."


class AtCapacity(AppError):
    code, status = "at_capacity", 503
    message_safe = "All places are taken right now. Please try again in a few seconds."


class Draining(AppError):
    code, status = "draining", 503
    message_safe = "The server is about to restart. Please try again in a few seconds."


class NotReady(AppError):
    code, status = "not_ready", 503
    message_safe = "The server is still starting. Please try again in a few seconds."


class StorageUnavailable(AppError):
    code, status = "storage_unavailable", 503
    message_safe = "We could not save this just now. Nothing was lost; please try again."


# --- the proxy in front: raised nowhere here, said by nginx in the same words (nginx/conf/maps.conf) -------------------


class RequestTooSlow(AppError):
    code, status = "request_too_slow", 408
    message_safe = "The request arrived too slowly. Please try again."


class UpstreamUnavailable(AppError):
    code, status = "upstream_unavailable", 502
    message_safe = "The server is restarting. Please try again in a few seconds."


class UpstreamTimeout(AppError):
    code, status = "upstream_timeout", 504
    message_safe = "The server took too long to answer. Please try again."


# --- session ---------------------------------------------------------------------------------------------------------


class SessionError(AppError):
    stage: ClassVar[Stage] = "session"
    code, status, retryable = "session_error", 409, False
    message_safe = "The interview cannot do this right now."


class SessionFinished(SessionError):
    code = "session_finished"
    message_safe = "This interview is finished. Start a new one to go on practising."


class SessionPaused(SessionError):
    code = "session_paused"
    message_safe = "This interview is paused. Continue it first."


class SessionExpired(SessionError):
    code = "session_expired"
    message_safe = "This interview has expired. Start a new one to go on practising."


class StateConflict(SessionError):
    code = "state_conflict"
    message_safe = "The interview is not in a state that allows this."


class NoReference(SessionError):
    code, retryable = "no_reference", False
    message_safe = "There are no points to tick for this answer."


class QuestionChanged(SessionError):
    code = "question_changed"
    message_safe = (
        "The interview has moved on to another question. Your answer was not taken; please look at the new one."
    )


class IdempotencyConflict(SessionError):
    code = "idempotency_conflict"
    message_safe = "This Idempotency-Key was used before with another body."


class SharingLimit(SessionError):
    code = "sharing_limit"
    message_safe = "There is no room for more links or comments here."


class EventsGone(SessionError):
    code, status = "events_gone", 410
    message_safe = "The live events of this turn are gone. The stored turn holds all of it."


class TurnInterrupted(SessionError):
    code, status, retryable = "turn_interrupted", 503, True
    message_safe = "The server restarted during this turn. Your answer is kept; please send it again."


class TurnElsewhere(SessionError):
    code, status, retryable = "turn_elsewhere", 503, True
    message_safe = "This turn runs on another server that cannot be reached right now. Please try again in a moment."


class TurnTimeout(SessionError):
    code, status, retryable = "turn_timeout", 504, True
    message_safe = "This turn took too long and was stopped. What was said so far is kept; please try again."


class StoryQuota(SessionError):
    code = "story_quota"
    message_safe = "Your story bank is full. Please delete a story that you no longer tell."


# --- upload (audio) --------------------------------------------------------------------------------------------------


class UploadError(AppError):
    stage: ClassVar[Stage] = "upload"
    code, status, retryable = "upload_error", 422, False
    message_safe = "The recording could not be used. Please record again."


class AudioEmpty(UploadError):
    code = "audio_empty"
    message_safe = "The recording is empty. Please check the microphone and record again."


class AudioTooLong(UploadError):
    code, status = "audio_too_long", 413
    message_safe = "The recording is too long. Please keep an answer within the limit."


class AudioTooLarge(UploadError):
    code, status = "audio_too_large", 413
    message_safe = "The recording is too large. Please keep an answer within the limit."


class AudioUnreadable(UploadError):
    code = "audio_unreadable"
    message_safe = "The recording could not be read. Please record again, or type your answer."


class AudioTypeUnsupported(UploadError):
    code, status = "audio_type_unsupported", 415
    message_safe = "This is not a recording we can read. WebM, Ogg, MP4, WAV, MP3 and FLAC work."


class RecordingGap(UploadError):
    code, status = "recording_gap", 409
    message_safe = "A piece of the recording is missing. Please send the pieces in order."


class RecordingIncomplete(UploadError):
    code, status = "recording_incomplete", 409
    message_safe = "Not all pieces of the recording have arrived. Please send the missing ones."


# --- ingest (documents) ----------------------------------------------------------------------------------------------


class IngestError(AppError):
    stage: ClassVar[Stage] = "ingest"
    code, status, retryable = "ingest_failed", 422, False
    message_safe = "The document could not be processed. Please try another file or paste its text."


class DocumentUnreadable(IngestError):
    code = "document_unreadable"
    message_safe = "This file could not be read. Please try another export, or paste the text."


class DocumentEmpty(IngestError):
    code = "document_empty"
    message_safe = "No text was found in this file. If it is a scan, please paste the text instead."


class DocumentEncrypted(IngestError):
    code = "document_encrypted"
    message_safe = "This file is protected by a password. Please remove the protection and upload it again."


class DocumentTooLarge(IngestError):
    code, status = "document_too_large", 413
    message_safe = "This document is larger than the limit. Please shorten it or paste the relevant part."


class DocumentTooComplex(IngestError):
    code = "document_too_complex"
    message_safe = "This file took too much time or memory to read. Please export it again, or paste the text."


class DocumentTypeUnsupported(IngestError):
    code, status = "document_type_unsupported", 415
    message_safe = "Please upload a PDF, DOCX, TXT or MD file, or paste the text."


class DocumentQuota(IngestError):
    code, status = "document_quota", 409
    message_safe = "You have reached the number of documents that can be kept. Please delete one first."


class DocumentNotReady(IngestError):
    code, status, retryable = "document_not_ready", 409, True
    message_safe = "This document is still being read. Please wait a moment."


# --- stt -------------------------------------------------------------------------------------------------------------


class SttError(AppError):
    stage: ClassVar[Stage] = "stt"
    code, status = "stt_failed", 502
    message_safe = "Your recording could not be transcribed. Please try again, or type your answer."


class NoSpeech(SttError):
    code, status, retryable = "no_speech", 422, False
    message_safe = "No speech was heard. Please check the microphone and try again, or type your answer."


class NotUnderstood(SttError):
    code, status, retryable = "not_understood", 422, False
    message_safe = "Some seconds were not understood. They are not counted."


class SttTimeout(SttError):
    code, status = "stt_timeout", 504
    message_safe = "Transcription took too long. Please try again, or type your answer."


class SttUnavailable(SttError):
    code, status = "stt_unavailable", 503
    message_safe = "Speech recognition is not available right now. Please type your answer."


# --- retrieval -------------------------------------------------------------------------------------------------------


class RetrievalUnavailable(AppError):
    stage: ClassVar[Stage] = "retrieval"
    code, status = "retrieval_unavailable", 503
    message_safe = "Your documents could not be searched just now; this answer goes on without them."


# --- llm -------------------------------------------------------------------------------------------------------------


class LlmError(AppError):
    stage: ClassVar[Stage] = "llm"
    code, status = "llm_failed", 502
    message_safe = "The language model did not answer; the feedback is made from the measured analysis alone."


class LlmTimeout(LlmError):
    code, status = "llm_timeout", 504
    message_safe = "The language model was too slow; the feedback is made from the measured analysis alone."


class LlmUnavailable(LlmError):
    code, status = "llm_unavailable", 503
    message_safe = "The language model is not available; the feedback is made from the measured analysis alone."


class LlmIncomplete(LlmError):
    code = "llm_incomplete"
    message_safe = "The language model stopped in the middle; the feedback is made from the measured analysis alone."


class LlmReplyUnusable(LlmError):
    code = "llm_reply_unusable"
    message_safe = (
        "The language model's reply could not be used; the feedback is made from the measured analysis alone."
    )


class LlmLate(LlmError):
    code = "llm_late"
    message_safe = (
        "The written notes of the language model are still on their way; they follow as soon as they are there."
    )


class LlmBudgetSpent(LlmError):
    code, status = "llm_budget_spent", 429
    message_safe = (
        "Today's share of the language model is used up; the feedback is made from the measured analysis alone."
    )


class LlmKeyRejected(LlmError):
    code, retryable = "llm_key_rejected", False
    message_safe = "The language model service did not accept its key; the feedback is made from the analysis alone."


class LlmRequestRefused(LlmError):
    code, retryable = "llm_request_refused", False
    message_safe = "The language model could not take this request; the feedback is made from the analysis alone."


# --- tts -------------------------------------------------------------------------------------------------------------


class TtsError(AppError):
    stage: ClassVar[Stage] = "tts"
    code, status = "tts_failed", 502
    message_safe = "The voice is not available just now; the reply goes on as text."


class TtsTimeout(TtsError):
    code, status = "tts_timeout", 504
    message_safe = "The voice took too long; the reply goes on as text."


class TtsUnavailable(TtsError):
    code, status = "tts_unavailable", 503
    message_safe = "The voice is not available just now; the reply goes on as text."


class SpeechTextTooLong(TtsError):
    code, status, retryable = "speech_text_too_long", 413, False
    message_safe = "This text is too long to be spoken at once. Please send a shorter one."


# --- report ----------------------------------------------------------------------------------------------------------


class ReportNotReady(AppError):
    stage: ClassVar[Stage] = "report"
    code, status, retryable = "report_not_ready", 409, True
    message_safe = "There is no answer to report on yet. Answer at least one question first."
