"""InterviewRoom: starts interviews, takes answers, and keeps what was said."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.asr.ports import Listening, LiveTranscriber, Samples
from backend.coaching.coach import Source
from backend.coaching.feedback import Requirement
from backend.coaching.requirements import find_requirements
from backend.errors import (
    AppError,
    DocumentNotReady,
    IdempotencyConflict,
    Invalid,
    NotFound,
    StorageUnavailable,
    TtsError,
    TurnElsewhere,
)
from backend.interview.active_turns import ActiveTurns, Following, Listener, TurnStream, WireEvent
from backend.interview.elsewhere import ElsewhereTurn, Takeover
from backend.interview.exchange import ExchangeDown
from backend.interview.hotwords import hotwords
from backend.interview.prefill import Prefill
from backend.interview.prepared import Prepared
from backend.interview.question import Question
from backend.interview.recordings import Recording, Recordings
from backend.interview.redaction import redacted_session, redacted_turn
from backend.interview.session import Session, SessionPlan, SessionState
from backend.interview.turn import Turn, TurnParts, find_passages
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import GENERAL, RolePack, RolePacks
from backend.rag.documents import Document
from backend.rag.library import Library
from backend.tts.sentences import speakable
from backend.tts.wav import to_wav

log = logging.getLogger(__name__)

OPENING = "question"
"""Stands for the turn id in the media id of a question that belongs to the session itself."""

_OVERTIME_S = 60.0
"""Beyond the longest turn: the time to store it, and clocks that differ."""


@dataclass(frozen=True, slots=True)
class AnswerIn:
    """One answer as it arrived. `said` is text, 16 kHz samples or what has been listening; `body_sha256` identifies
    the whole body."""

    said: str | Samples | Listening
    body_sha256: str
    arrived_at: float
    idempotency_key: str | None = None
    retry_of: str | None = None
    request_id: str = "-"
    prepared: Prepared | None = None


@dataclass(frozen=True, slots=True)
class BegunTurn:
    """Either a turn that runs (`stream`), here or elsewhere, or one that ended before (`events` to replay)."""

    stream: Following | None
    events: tuple[WireEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What an interview rests on: the plan with its role pack named, the texts, and what the job asks for."""

    plan: SessionPlan
    pack: RolePack
    sources: tuple[Source, ...]
    requirements: list[Requirement]


class InterviewRoom:
    """Everything a client can do with interviews, free of HTTP."""

    def __init__(
        self,
        parts: TurnParts,
        *,
        library: Library,
        packs: RolePacks,
        active: ActiveTurns,
        recordings: Recordings,
        prefill: Prefill,
        session_ttl_s: float,
        live: LiveTranscriber | None = None,
        listener: Callable[[Session, float], Listener | None] = lambda session, arrived_at: None,
        on_taken_over: Callable[[TurnRecord], None] = lambda record: None,
    ) -> None:
        self.parts = parts
        self.active = active
        self.recordings = recordings
        self._library = library
        self._packs = packs
        self._prefill = prefill
        self._ttl_s = session_ttl_s
        self._live = live
        self._listener = listener
        longest_s = parts.timeout_s + _OVERTIME_S
        self._takeover = Takeover(active.exchange, parts.turns, longest_s=longest_s, on_ended=on_taken_over)

    # --- sessions --------------------------------------------------------------------------------------------------

    async def start(self, owner_id: str, plan: SessionPlan) -> Session:
        """Open an interview; its first question is ready when this returns.

        Errors: `NotFound` for somebody else's document, `DocumentNotReady`, `Invalid` for an unknown role pack or
        language.
        """
        if plan.language not in self.parts.interviewer.languages:
            raise Invalid(details={"fields": [{"field": "language", "problem": "not a language of the catalogue"}]})
        plan, again = await self._asked_before(owner_id, plan)
        ground = await self.ground(owner_id, plan)
        plan, sources, requirements = ground.plan, ground.sources, ground.requirements
        question = self.parts.interviewer.opening(plan, requirements, sources, again)
        now = datetime.now(UTC)
        session = Session(
            session_id=f"ses_{secrets.token_urlsafe(12)}",
            owner_id=owner_id,
            plan=plan,
            stage=question.stage,
            question=question,
            asked=[question],
            requirements=requirements,
            created_at=_iso(now),
            updated_at=_iso(now),
            expires_at=_iso(now + timedelta(seconds=self._ttl_s)),
        )
        await self.parts.sessions.add(session)
        self._prefill.start(session, [], sources)
        self.parts.on_started(session)
        return session

    async def _asked_before(self, owner_id: str, plan: SessionPlan) -> tuple[SessionPlan, Question | None]:
        """The question to open with where it was asked before, and the plan with the documents it came from: what is
        erased with a document is found by the interviews that name it."""
        if plan.again is None:
            return plan, None
        session = await self.get(owner_id, plan.again.session_id)
        turn = await self.turn(owner_id, session.session_id, plan.again.turn_id)
        first = next((q for q in session.asked if q.question_id == turn.question.question_id), turn.question)
        known = [await self._library.get(owner_id, name) for name in session.plan.document_ids]
        there = [d.document_id for d in known if d is not None and d.status == "ready"]
        documents = list(dict.fromkeys([*plan.document_ids, *there]))
        return plan.model_copy(update={"document_ids": documents, "again": None}), first

    async def ground(self, owner_id: str, plan: SessionPlan) -> Ground:
        """What an interview of this plan rests on. Errors: `NotFound`, `DocumentNotReady`, `Invalid`."""
        documents = await self._sources(owner_id, plan.document_ids, strict=True)
        pack = self._choose_pack(plan, documents)
        sources = (*documents, *_pack_source(pack))
        requirements = await asyncio.to_thread(find_requirements, sources)
        return Ground(plan.model_copy(update={"role_pack": pack.name}), pack, sources, requirements)

    async def get(self, owner_id: str, session_id: str) -> Session:
        """A session with its present state. Raises `NotFound`."""
        session = await self.parts.sessions.get(owner_id, session_id)
        if session is None:
            raise NotFound
        if session.state not in {"finished", "expired"} and session.expires_at < _iso(datetime.now(UTC)):
            session.state, session.question = "expired", None
            await self.parts.sessions.save(session)
        return session

    def live_state(self, session: Session, turns: Sequence[TurnRecord] = ()) -> SessionState:
        """The state on the wire: a running turn knows better than the record, be it one of `turns` that runs elsewhere."""
        stream = self.active.of_session(session.session_id)
        if stream is not None:
            return stream.state
        running = next((t for t in turns if t.outcome == "running"), None)
        if running is not None and session.state == "ready":
            return "thinking" if running.transcript is not None else "transcribing"
        recording = session.state == "ready" and self.recordings.of_session(session.session_id) is not None
        return "recording" if recording else session.state

    async def turns(self, session: Session) -> list[TurnRecord]:
        return await self.parts.turns.list(session.session_id)

    async def move(self, owner_id: str, session_id: str, to: SessionState) -> Session:
        """Pause, continue or finish; a running turn is interrupted first, what was said is kept."""
        async with self.active.lock(session_id):
            await self._stop_turn(session_id)
            session = await self.get(owner_id, session_id)
            session.move(to)
            session.updated_at = _iso(datetime.now(UTC))
            if to == "finished":
                session.finished_at = session.updated_at
            await self.parts.sessions.save(session)
        if to != "ready":
            self._prefill.stop(session_id)
        if to == "finished":
            turns = await self.turns(session)
            if turns:
                self.parts.on_ended(session, turns[-1])
        return session

    async def delete(self, owner_id: str, session_id: str) -> int:
        """Erase a session and all its turns. Returns how many turns there were."""
        async with self.active.lock(session_id):
            await self._stop_turn(session_id)
            session = await self.get(owner_id, session_id)
            turns = await self.turns(session)
            await self.parts.sessions.delete(owner_id, session_id)
        await self.forget(session_id, [t.turn_id for t in turns])
        return len(turns)

    async def _stop_turn(self, session_id: str) -> None:
        await self.active.cancel_session(session_id)
        await self.parts.turns.supersede(session_id, _iso(datetime.now(UTC)))

    async def forget(self, session_id: str, turn_ids: list[str]) -> None:
        """Drop everything about a session that is only in memory."""
        self._prefill.stop(session_id)
        self.recordings.drop_session(session_id)
        await self.active.forget(turn_ids)
        self.parts.shelf.drop(f"{session_id}/")

    async def forget_document(self, owner_id: str, document: Document) -> None:
        """Take what interviews quoted from an erased document out of their records."""
        cursor = None
        while True:
            page, cursor = await self.parts.sessions.list(owner_id, 100, cursor)
            for session in page:
                if document.document_id not in session.plan.document_ids:
                    continue
                async with self.active.lock(session.session_id):
                    await self._stop_turn(session.session_id)
                    await self._redact(session, document)
            if cursor is None:
                return

    async def _redact(self, session: Session, document: Document) -> None:
        turns = await self.turns(session)
        await self.forget(session.session_id, [t.turn_id for t in turns])
        for turn in turns:
            await self.parts.turns.save(redacted_turn(turn, document))
        fresh = await self.get(session.owner_id, session.session_id)
        await self.parts.sessions.save(redacted_session(fresh, document))

    # --- turns -----------------------------------------------------------------------------------------------------

    async def record(self, owner_id: str, session_id: str, mime: str, *, judge_pauses: bool = False) -> Recording:
        """Begin a live recording: what arrives is heard at once, and the turn is prepared meanwhile.

        `judge_pauses`: whether it is asked of each pause if the answer is over.

        Errors: `NotFound`, why no answer is accepted now, `AtCapacity`, `AudioTypeUnsupported`.
        """
        session = await self.get(owner_id, session_id)
        session.check_can_answer()
        recording = self.recordings.begin(owner_id, session_id, mime)
        if self._live is None:
            return recording
        sources, earlier = await self.sources(session), await self.turns(session)
        prepared = Prepared(
            lambda text: find_passages(self.parts.finder, session, session.question, text),
            lambda text: self._prefill.start(session, earlier, sources, text),
            lambda text: self._take_in(session.question, text),
            self.parts.cores.idle,
        )
        recording.prepared = prepared
        try:
            recording.listen(
                self._live.begin(
                    language=session.plan.language,
                    hotwords=hotwords(session.plan, sources),
                    on_settled=prepared.settled,
                    on_guessed=prepared.guessed,
                    judge_pauses=judge_pauses,
                )
            )
        except AppError:
            self.recordings.drop(recording.recording_id)
            raise
        return recording

    def _take_in(self, question: Question | None, said: str) -> None:
        if question is not None:
            about = filter(None, [question.competency, *self.parts.interviewer.key_points(question)])
            self.parts.coach.read_ahead(question.text, said, list(about))

    async def answer(self, owner_id: str, session_id: str, answer: AnswerIn) -> BegunTurn:
        """Take one answer: begin its turn, or find the turn that the same Idempotency-Key began before.

        Errors: `NotFound`, `SessionFinished`, `SessionPaused`, `SessionExpired`, `IdempotencyConflict`, `AtCapacity`,
        `Draining`.
        """
        async with self.active.lock(session_id):
            session = await self.get(owner_id, session_id)
            known = await self.known(session, answer.idempotency_key, answer.body_sha256)
            if known is not None:
                return known
            self.active.check_capacity(session_id)
            session.check_can_answer()
            stopped = await self.active.cancel_session(session_id)
            self._prefill.stop(session_id)
            if stopped:
                session = await self.get(owner_id, session_id)
                session.check_can_answer()
            try:
                return BegunTurn(await self._begin(session, answer))
            except IdempotencyConflict:  # another replica, which cannot be heard, began it in this moment
                known = await self.known(session, answer.idempotency_key, answer.body_sha256)
                if known is None:
                    raise
                return known

    async def known(self, session: Session, key: str | None, body_sha256: str) -> BegunTurn | None:
        """The turn that this Idempotency-Key began within 24 h. Raises `IdempotencyConflict` for another body."""
        if key is None:
            return None
        since = _iso(datetime.now(UTC) - timedelta(hours=24))
        record = await self.parts.turns.by_idempotency_key(session.session_id, key, since)
        if record is None:
            return None
        if record.body_sha256 != body_sha256:
            raise IdempotencyConflict
        return self.begun(record)

    def begun(self, record: TurnRecord) -> BegunTurn:
        """A turn's events, wherever it runs or ran."""
        stream: Following | None = self.active.stream(record.turn_id)
        if stream is None and record.outcome == "running" and self.active.exchange.lease_s > 0:
            stream = ElsewhereTurn(
                record,
                exchange=self.active.exchange,
                turns=self.parts.turns,
                look_after=self._takeover.look_after,
                grace_s=self.active.grace_s,
            )
        return BegunTurn(stream, tuple(record.events))

    async def interrupt(self, owner_id: str, session_id: str, turn_id: str) -> bool:
        """Stop a turn, wherever it runs; False when it was over. Errors: `NotFound`, `TurnElsewhere`."""
        record = await self.turn(owner_id, session_id, turn_id)
        if record.outcome != "running" and not self.active.runs(turn_id):
            return False  # its replica may hold the lease a moment longer
        try:
            return await self.active.cancel(turn_id)
        except ExchangeDown:
            if record.outcome == "running":
                raise TurnElsewhere(retry_after_s=2) from None
            return False

    async def _begin(self, session: Session, answer: AnswerIn) -> TurnStream:
        earlier = await self.turns(session)
        question = session.question
        if answer.retry_of is not None:
            retried = next((t for t in earlier if t.turn_id == answer.retry_of), None)
            if retried is None:
                raise NotFound
            question = retried.question
        assert question is not None  # check_can_answer
        record = TurnRecord(
            turn_id=f"trn_{secrets.token_urlsafe(12)}",
            session_id=session.session_id,
            owner_id=session.owner_id,
            position=len(earlier),
            question=question,
            retry_of=answer.retry_of,
            idempotency_key=answer.idempotency_key,
            body_sha256=answer.body_sha256,
            created_at=_iso(datetime.now(UTC)),
        )
        sources = await self.sources(session)
        session.expires_at = _iso(datetime.now(UTC) + timedelta(seconds=self._ttl_s))
        stream = TurnStream(
            record.turn_id,
            arrived_at=answer.arrived_at,
            request_id=answer.request_id,
            listener=self._listener(session, answer.arrived_at),
        )
        self.active.expect(stream)
        try:
            await self.parts.turns.add(record)
        except BaseException:
            self.active.give_up(stream)
            raise
        turn = Turn(
            self.parts,
            session,
            record,
            said=answer.said,
            earlier=earlier,
            sources=sources,
            stream=stream,
            found=answer.prepared.passages if answer.prepared is not None else None,
        )

        async def run() -> None:
            await turn.run()
            if record.outcome == "completed" and session.question is not None:
                self._prefill.start(session, [*earlier, record], sources)

        await self.active.start(session.session_id, stream, run)
        return stream

    async def turn(self, owner_id: str, session_id: str, turn_id: str) -> TurnRecord:
        record = await self.parts.turns.get(owner_id, session_id, turn_id)
        if record is None:
            raise NotFound
        return record

    async def recover(self) -> int:
        """After a crash: end every turn that was left running, so that nothing hangs. Returns how many.

        Where replicas share an exchange, only those that nobody runs any more, which `watch_over` finds out in time.
        """
        left = await self.parts.turns.running() if self.active.exchange.lease_s == 0 else []
        for record in left:
            await self._takeover.end(record)
        return len(left)

    async def watch_over(self) -> None:
        """End the turns of replicas that died, for ever. Run as a task; does nothing where there are no others."""
        lease_s = self.active.exchange.lease_s
        while lease_s > 0:
            await asyncio.sleep(lease_s / 2)
            try:
                for record in await self.parts.turns.running():
                    if not self.active.runs(record.turn_id):
                        await self._takeover.look_after(record)
            except StorageUnavailable:
                log.warning("running turns could not be looked after")

    # --- sound -----------------------------------------------------------------------------------------------------

    async def question_audio(self, session: Session) -> dict[str, Any] | None:
        """The present question, spoken: `Audio` of the contract; None when the voice is off, missing or failing."""
        if session.question is None or not session.plan.voice or self.parts.voice is None:
            return None
        index = len(session.asked) - 1
        try:
            wav, duration_ms = await self._say(session, session.question.text, session.question.asked_by)
        except (TtsError, NotFound):  # NotFound: no voice for this language
            return None
        self.parts.shelf.put(f"{session.session_id}/{OPENING}/{index}", wav)
        return {
            "index": 0,
            "role": "question",
            "text": session.question.text,
            "mime": "audio/wav",
            "duration_ms": duration_ms,
            "url": self.parts.audio_url(session.session_id, OPENING, index),
        }

    async def clip(self, session_id: str, turn_id: str, index: int) -> bytes:
        """A clip by the parts of its address; one that is no longer in memory is spoken again. Raises `NotFound`."""
        if (wav := self.parts.shelf.get(f"{session_id}/{turn_id}/{index}")) is not None:
            return wav
        session = await self.parts.sessions.behind_link(session_id)
        if session is None:
            raise NotFound
        text, who = await self._text_of(session, turn_id, index)
        wav, _ = await self._say(session, text, who)
        self.parts.shelf.put(f"{session_id}/{turn_id}/{index}", wav)
        return wav

    async def _text_of(self, session: Session, turn_id: str, index: int) -> tuple[str, str | None]:
        """What a clip says, and which panel member says it."""
        if turn_id == OPENING:
            if index >= len(session.asked):
                raise NotFound
            return session.asked[index].text, session.asked[index].asked_by
        record = await self.turn(session.owner_id, session.session_id, turn_id)
        for wire in record.events or await self.active.events(turn_id):
            if wire["event"] == "audio" and wire["data"]["index"] == index:
                said_by = record.next_question if wire["data"]["role"] == "question" else record.question
                return str(wire["data"]["text"]), said_by.asked_by if said_by is not None else None
        raise NotFound

    async def _say(self, session: Session, text: str, who: str | None) -> tuple[bytes, int]:
        voice = self.parts.voice_of(who)
        if voice is None or session.plan.language not in voice.languages:
            raise NotFound
        speech = await voice.speak(speakable(text), rate=self.parts.voice_rate(session))
        return to_wav(speech), speech.duration_ms

    # --- sources ---------------------------------------------------------------------------------------------------

    async def sources(self, session: Session) -> tuple[Source, ...]:
        """Full texts the session rests on: its documents that still exist, and its role pack."""
        documents = await self._sources(session.owner_id, session.plan.document_ids, strict=False)
        pack = self._packs.get(session.plan.role_pack) if session.plan.role_pack else None
        return (*documents, *_pack_source(pack))

    async def _sources(self, owner_id: str, document_ids: list[str], *, strict: bool) -> tuple[Source, ...]:
        found: list[Source] = []
        for document_id in dict.fromkeys(document_ids):
            document = await self._library.get(owner_id, document_id)
            if document is None or document.status != "ready":
                if not strict:
                    continue
                if document is None:
                    raise NotFound
                raise DocumentNotReady(details={"document_id": document_id, "status": document.status})
            found.append(Source(document.document_id, document.kind, document.title, document.text))
        return tuple(found)

    def pack_of(self, session: Session) -> RolePack:
        """The session's role pack; the general one where that is no longer there."""
        name = session.plan.role_pack
        return self._packs.get(name if name in self._packs.names() else GENERAL)

    def _choose_pack(self, plan: SessionPlan, documents: tuple[Source, ...]) -> RolePack:
        """The pack that was asked for, else the one that fits the role or the job's title, else the general one."""
        if plan.role_pack:
            if plan.role_pack not in self._packs.names():
                raise Invalid(details={"fields": [{"field": "role_pack", "problem": "unknown role pack"}]})
            return self._packs.get(plan.role_pack)
        hints = [plan.role, *(d.title for d in documents if d.kind == "job_description")]
        for hint in hints:
            if hint and (pack := self._packs.match(hint)) is not None:
                return pack
        return self._packs.get(GENERAL)


def _pack_source(pack: RolePack | None) -> tuple[Source, ...]:
    return (Source(f"pack:{pack.name}", "role_pack", pack.title, pack.text),) if pack else ()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def arrived_now() -> float:
    """The moment a body was read whole; `at_ms` counts from here."""
    return time.monotonic()
