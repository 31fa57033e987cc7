"""InterviewRoom: starts interviews, takes answers, and keeps what was said."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from backend.asr.ports import Listening, LiveTranscriber, Samples
from backend.coaching.author.plan import PlannedQuestion
from backend.coaching.coach import Source
from backend.coaching.feedback import Feedback, Requirement
from backend.coaching.requirements import find_requirements
from backend.errors import (
    AppError,
    DocumentNotReady,
    IdempotencyConflict,
    Invalid,
    NotFound,
    StateConflict,
    StorageUnavailable,
    TtsError,
    TurnElsewhere,
)
from backend.interview import clock
from backend.interview.active_turns import ActiveTurns, Following, Listener, TurnStream, WireEvent
from backend.interview.answer_erasure import versions_of, without_answer
from backend.interview.elsewhere import ElsewhereTurn, Takeover
from backend.interview.events import FeedbackFinal, TranscriptFinal
from backend.interview.exchange import ExchangeDown
from backend.interview.helping import BANK_LABEL, EXAMPLE_LABEL, Studying
from backend.interview.hotwords import hotwords
from backend.interview.main_questions import pack_for
from backend.interview.planning import Planner, joined
from backend.interview.prefill import Prefill
from backend.interview.prepared import Prepared
from backend.interview.question import Question
from backend.interview.recordings import Recording, Recordings
from backend.interview.redaction import redacted_session, redacted_turn, words_of
from backend.interview.reporting import Reporter
from backend.interview.revision import revised
from backend.interview.session import Session, SessionPlan, SessionState
from backend.interview.session_events import EventName, SessionEvents, Standing
from backend.interview.turn import Turn, TurnParts, find_passages
from backend.interview.turn_record import TurnRecord, current, superseded_by
from backend.jobs.role_packs import GENERAL, RolePack, RolePacks
from backend.rag.documents import Document
from backend.rag.library import Library
from backend.tts.ports import PLAIN, Manner
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
    corrects: str | None = None
    """The turn whose answer was misheard; `said` is what was meant."""
    continues: str | None = None
    """The turn whose answer was ended too soon; `said` is what followed."""
    question_id: str | None = None
    """The question that is answered, as far as the client knows."""
    request_id: str = "-"
    prepared: Prepared | None = None

    @property
    def before(self) -> str | None:
        """The turn whose question is answered again, put right, or answered to its end."""
        return self.corrects or self.continues or self.retry_of


@dataclass(frozen=True, slots=True)
class BegunTurn:
    """Either a turn that runs (`stream`), here or elsewhere, or one that ended before (`events` to replay)."""

    stream: Following | None
    events: tuple[WireEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What an interview rests on: the plan with its role pack and its time named, the texts, and what the job asks for."""

    plan: SessionPlan
    pack: RolePack
    sources: tuple[Source, ...]
    requirements: list[Requirement]
    retrieved: list[PlannedQuestion]
    """What the bank asks over them."""


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
        planner: Planner,
        reporter: Reporter,
        studying: Studying,
        session_ttl_s: float,
        live: LiveTranscriber | None = None,
        listener: Callable[[Session, float], Listener | None] = lambda session, arrived_at: None,
        on_taken_over: Callable[[TurnRecord], None] = lambda record: None,
    ) -> None:
        self.parts = parts
        self.active = active
        self.recordings = recordings
        self.reporter = reporter
        self._studying = studying
        self.session_events = SessionEvents(active.exchange.log)
        planner.tell = self._tell_planned
        parts.late.revise = self._revise_late
        parts.late.on_kept = self.session_events.expect_revision
        parts.late.on_settled = self.session_events.settle_revision
        self._library = library
        self._packs = packs
        self._prefill = prefill
        self._planner = planner
        self._ttl_s = session_ttl_s
        self._live = live
        self._listener = listener
        longest_s = parts.timeout_s + _OVERTIME_S
        self._takeover = Takeover(active.exchange, parts.turns, longest_s=longest_s, on_ended=on_taken_over)

    @cached_property
    def _words_of_packs(self) -> frozenset[str]:
        """Every word of the bank, read once: it is two megabytes."""
        return words_of(pack.text for pack in self._packs.all())

    # --- sessions --------------------------------------------------------------------------------------------------

    async def start(self, owner_id: str, plan: SessionPlan) -> Session:
        """Open an interview; its first question is ready when this returns.

        Errors: `NotFound` for somebody else's document, `DocumentNotReady`, `Invalid` for an unknown role pack, language
        or member of a panel.
        """
        if plan.language not in self.parts.interviewer.languages:
            raise Invalid(details={"fields": [{"field": "language", "problem": "not a language of the catalogue"}]})
        if unknown := [name for name in plan.panel if name not in self.parts.data.panel]:
            problem = f"nobody of the catalogue's panel: {', '.join(unknown)}"
            raise Invalid(details={"fields": [{"field": "panel", "problem": problem}]})
        plan, again = await self._asked_before(owner_id, plan)
        ground = await self.ground(owner_id, plan)
        plan, sources, requirements = ground.plan, ground.sources, ground.requirements
        written = await self._planner.for_opening(owner_id, plan, sources)
        planned = written.questions if written is not None else []
        question = self.parts.interviewer.opening(plan, sources, again, planned, ground.retrieved)
        now = clock.now()
        session = Session(
            session_id=f"ses_{secrets.token_urlsafe(12)}",
            owner_id=owner_id,
            plan=plan,
            stage=question.stage,
            question=question,
            asked=[question],
            requirements=requirements,
            retrieved=ground.retrieved,
            created_at=clock.iso(now),
            updated_at=clock.iso(now),
            expires_at=clock.iso(now + timedelta(seconds=self._ttl_s)),
        )
        if written is not None:
            joined(session, written)
        await self.parts.sessions.add(session)
        self._planner.start(session, sources)
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
        await self._check_names(plan)
        documents = await self._sources(owner_id, plan.document_ids, strict=True)
        pack = self._choose_pack(plan, documents)
        sources = (*documents, *_pack_source(pack))
        requirements = await asyncio.to_thread(find_requirements, sources, self.parts.coach.lines)
        plan = plan.model_copy(update={"role_pack": pack.name, "minutes": self.parts.interviewer.minutes(plan)})
        retrieved = await asyncio.to_thread(self.parts.interviewer.retrieve, plan, pack, requirements, sources)
        return Ground(plan, pack, sources, requirements, retrieved)

    async def _check_names(self, plan: SessionPlan) -> None:
        """A role and a company stand in sentences of the coach. Raises `Invalid` for what cannot."""
        for field, name in (("role", plan.role), ("company", plan.company)):
            if name and not await asyncio.to_thread(self.parts.coach.intake.may_name, name):
                raise Invalid(details={"fields": [{"field": field, "problem": f"please type the name of a {field}"}]})

    async def get(self, owner_id: str, session_id: str) -> Session:
        """A session with its present state. Raises `NotFound`."""
        session = await self.parts.sessions.get(owner_id, session_id)
        if session is None:
            raise NotFound
        if session.state not in {"finished", "expired"} and session.expires_at < clock.iso(clock.now()):
            session.state, session.question = "expired", None
            await self.parts.sessions.save(session)
            await self._tell_state(session)
        return session

    async def standing(self, owner_id: str, session_id: str) -> Standing | None:
        """What a follower of the session's events has to know; None where there is no such session any more."""
        try:
            session = await self.get(owner_id, session_id)
        except NotFound:
            return None

        async def tell() -> list[tuple[EventName, dict[str, Any]]]:
            late = [t for t in await self.turns(session) if t.revised_at is not None and t.feedback is not None]
            ready: list[tuple[EventName, dict[str, Any]]] = (
                [("plan.ready", {"questions": len(session.planned)})] if session.planned else []
            )
            told: list[tuple[EventName, dict[str, Any]]] = [("feedback.revised", _revision(t)) for t in late]
            return [*ready, *told, ("state", {"state": session.state})]

        return Standing(session.state, session.expires_at, session.finished_at, tell)

    async def _tell_planned(self, session_id: str, questions: int) -> None:
        await self.session_events.publish(session_id, "plan.ready", {"questions": questions})

    async def _tell_state(self, session: Session) -> None:
        await self.session_events.publish(session.session_id, "state", {"state": session.state})

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
            stopped = await self._stop_turn(session_id, then=to)
            session = await self.get(owner_id, session_id)
            there = stopped and session.state == to  # the turn has ended in it
            if not there:
                session.move(to, clock.now())
                session.updated_at = clock.iso(clock.now())
                await self.parts.sessions.save(session)
        if to != "ready":
            self._prefill.stop(session_id)
        if there and to == "finished":
            return session  # which the turn has told
        await self._tell_state(session)
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
            self._planner.stop(session_id)
            await self.parts.sessions.delete(owner_id, session_id)
        await self.forget(session_id, [t.turn_id for t in turns])
        await self.session_events.forget(session_id)
        return len(turns)

    async def _stop_turn(self, session_id: str, then: SessionState | None = None) -> bool:
        """Whether there may have been one."""
        stopped = await self.active.cancel_session(session_id, then)
        await self.parts.turns.supersede(session_id, clock.iso(clock.now()))
        return stopped

    async def forget(self, session_id: str, turn_ids: list[str]) -> None:
        """Drop everything about a session that is only in memory."""
        self._prefill.stop(session_id)
        self.reporter.stop(session_id)
        self._studying.forget(session_id)
        self.parts.late.stop_session(session_id)
        self.recordings.drop_session(session_id)
        await self.active.forget(turn_ids)
        self.parts.shelf.drop(f"{session_id}/")

    async def forget_document(self, owner_id: str, document: Document) -> None:
        """Take what interviews quoted from an erased document out of their records."""
        self._planner.forget_document(document.document_id)
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
        self._planner.stop(session.session_id)
        await self.reporter.erase(session.session_id)
        for turn in turns:
            redacted = redacted_turn(turn, document)
            await self.parts.turns.save(redacted)
            for objection in redacted.objections:
                if objection not in turn.objections:
                    await self.parts.turns.object(turn.owner_id, turn.session_id, turn.turn_id, objection)
        fresh = await self.get(session.owner_id, session.session_id)
        await self.parts.sessions.save(redacted_session(fresh, document))
        await self.session_events.forget(session.session_id)

    async def erase_answer(self, owner_id: str, session_id: str, turn_id: str) -> None:
        """Erase an answer, in every version of it, with what was derived from it; doing it again changes nothing.

        Errors: `NotFound`, `StateConflict` while the turn runs.
        """
        async with self.active.lock(session_id):
            session, record = await self.get(owner_id, session_id), await self.turn(owner_id, session_id, turn_id)
            turns = await self.turns(session)
            gone = versions_of(record, turns)
            running = next((t for t in turns if t.outcome == "running" or self.active.runs(t.turn_id)), None)
            if running is not None:
                raise StateConflict(details={"state": self.live_state(session, turns), "turn_id": running.turn_id})
            if all(t.erased_at is not None for t in gone):
                return
            erased = await asyncio.to_thread(
                without_answer,
                gone,
                turns,
                session,
                sources=[source.text for source in await self.sources(session)],
                common=self._words_of_packs,
                at=clock.iso(clock.now()),
            )
            await self.reporter.erase(session_id)
            await self.parts.turns.erase_answers(erased.emptied, erased.changed, erased.session)
            await self.forget(session_id, [t.turn_id for t in (*erased.emptied, *erased.changed)])
        await self.session_events.forget(session_id)

    async def study(self, owner_id: str, session_id: str) -> dict[str, Any]:
        """Hints for the question that waits, and an example of an answer: an author's where one writes, else the bank's.

        Errors: `NotFound`, `StateConflict` where nothing is studied.
        """
        session = await self.get(owner_id, session_id)
        turns, sources = await self.turns(session), await self.sources(session)
        found = await self._studying.of(session, turns, sources, self.parts.interviewer.key_points)
        question = session.question
        assert question is not None  # Studying.of
        example, label = found.example if found is not None else "", EXAMPLE_LABEL
        if not example:
            example, label = self.parts.interviewer.model_answer(session, question), BANK_LABEL
        return {
            "question_id": question.question_id,
            "author": "model" if found is not None else "rules",
            "hints": list(found.hints) if found is not None and found.hints else question.hints,
            "example": {"text": example, "label": label} if example else None,
        }

    # --- turns -----------------------------------------------------------------------------------------------------

    async def record(
        self, owner_id: str, session_id: str, mime: str, *, judge_pauses: bool = False, retry_of: str | None = None
    ) -> Recording:
        """Begin a live recording: what arrives is heard at once, and the turn is prepared meanwhile.

        `judge_pauses`: whether it is asked of each pause if the answer is over; `retry_of`: the answer that is given again,
        also after the end.

        Errors: `NotFound`, why no answer is accepted now, `AtCapacity`, `AudioTypeUnsupported`.
        """
        session = await self.get(owner_id, session_id)
        session.check_can_answer(again=retry_of is not None)
        before = await self.turn(owner_id, session_id, retry_of) if retry_of is not None else None
        question = before.question if before is not None else session.question
        recording = self.recordings.begin(owner_id, session_id, mime)
        if self._live is None:
            return recording
        sources, earlier = await self.sources(session), current(await self.turns(session))
        prepared = Prepared(
            lambda text: find_passages(self.parts.finder, session, question, text),
            lambda text: self._prefill.start(session, earlier, sources, text),
            lambda text: self._take_in(question, text),
            self.parts.coach.intake.weighs,
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
            self.parts.coach.read_ahead(question.plain, said, list(about))

    async def answer(self, owner_id: str, session_id: str, answer: AnswerIn) -> BegunTurn:
        """Take one answer: begin its turn, or find the turn that the same Idempotency-Key began before.

        Errors: `NotFound`, `SessionFinished`, `SessionPaused`, `SessionExpired`, `IdempotencyConflict`, `AtCapacity`,
        `Draining`, `QuestionChanged`.
        """

        def check(session: Session) -> None:
            session.check_can_answer(again=answer.before is not None, question_id=answer.question_id)

        async with self.active.lock(session_id):
            session = await self.get(owner_id, session_id)
            known = await self.known(session, answer.idempotency_key, answer.body_sha256)
            if known is not None:
                return known
            self.active.check_capacity(session_id)
            check(session)
            if answer.continues is not None:
                await self._check_goes_on(session, answer)
                self.parts.late.stop(answer.continues)
            stopped = await self.active.cancel_session(session_id)
            self._prefill.stop(session_id)
            if stopped:
                session = await self.get(owner_id, session_id)
                check(session)
            try:
                return BegunTurn(await self._begin(session, answer))
            except IdempotencyConflict:  # another replica, which cannot be heard, began it in this moment
                known = await self.known(session, answer.idempotency_key, answer.body_sha256)
                if known is None:
                    raise
                return known

    async def _check_goes_on(self, session: Session, answer: AnswerIn) -> None:
        """Raise why an answer cannot go on, before its turn is stopped: nothing is lost by a refusal."""
        turns = await self.turns(session)
        found = next((t for t in turns if t.turn_id == answer.continues), None)
        if found is not None and found.outcome == "running" and found.transcript is None:
            said = await self.active.events(found.turn_id)  # it is stored later, or when it is stopped
            if any(wire["event"] == TranscriptFinal.name for wire in said):
                return
        _answered_before(turns, answer)

    async def known(self, session: Session, key: str | None, body_sha256: str) -> BegunTurn | None:
        """The turn that this Idempotency-Key began within 24 h. Raises `IdempotencyConflict` for another body."""
        if key is None:
            return None
        since = clock.iso(clock.now() - timedelta(hours=24))
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
        try:
            return await self._interrupt(record)
        finally:
            self.parts.late.stop(turn_id)

    async def _interrupt(self, record: TurnRecord) -> bool:
        turn_id = record.turn_id
        if record.outcome != "running" and not self.active.runs(turn_id):
            return False  # its replica may hold the lease a moment longer
        try:
            return await self.active.cancel(turn_id)
        except ExchangeDown:
            if record.outcome == "running":
                raise TurnElsewhere(retry_after_s=2) from None
            return False

    async def _begin(self, session: Session, answer: AnswerIn) -> TurnStream:
        every = await self.turns(session)
        earlier = current(every)
        before = _answered_before(every, answer)
        question = before.question if before is not None else session.question
        assert question is not None  # check_can_answer
        position, retry_of = len(every), answer.retry_of
        if before is not None and answer.retry_of is None:
            # Like another take it uses no question up; not being among the earlier ones, it is compared with nothing.
            position, retry_of = before.position, before.turn_id if before.is_first_take else before.retry_of
            waits = session.question is not None and session.question.question_id == before.question.question_id
            if waits and answer.continues is not None and before.is_first_take:
                retry_of = None  # it was stopped before anything else was asked
            earlier = [t for t in earlier if t.turn_id != before.turn_id]
        record = TurnRecord(
            turn_id=f"trn_{secrets.token_urlsafe(12)}",
            session_id=session.session_id,
            owner_id=session.owner_id,
            position=position,
            question=question,
            retry_of=retry_of,
            corrects=answer.corrects,
            continues=answer.continues,
            idempotency_key=answer.idempotency_key,
            body_sha256=answer.body_sha256,
            created_at=clock.iso(clock.now()),
        )
        sources = await self.sources(session)
        session.expires_at = clock.iso(clock.now() + timedelta(seconds=self._ttl_s))
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
            found=answer.prepared.passages if answer.prepared is not None and answer.continues is None else None,
            goes_on=before.transcript if before is not None and answer.continues is not None else None,
        )

        async def run() -> None:
            await turn.run()
            if session.state == "finished":
                await self._tell_state(session)
            if record.outcome == "completed" and session.question is not None:
                self._prefill.start(session, [*earlier, record], sources)

        await self.active.start(session.session_id, stream, run)
        return stream

    async def turn(self, owner_id: str, session_id: str, turn_id: str) -> TurnRecord:
        record = await self.parts.turns.get(owner_id, session_id, turn_id)
        if record is None:
            raise NotFound
        return record

    async def feedback_so_far(self, record: TurnRecord) -> Feedback | None:
        """A turn's feedback; of one that still runs, what has been said of it on whichever replica."""
        if record.feedback is not None or record.outcome != "running":
            return record.feedback
        for wire in await self.active.events(record.turn_id):
            if wire["event"] == FeedbackFinal.name:
                return Feedback.model_validate(wire["data"])
        return None

    async def _revise_late(self, session: Session, record: TurnRecord, feedback: Feedback) -> None:
        await self.revise(session.owner_id, session.session_id, record.turn_id, feedback)

    async def revise(self, owner_id: str, session_id: str, turn_id: str, feedback: Feedback) -> bool:
        """Replace the feedback of a turn that has ended, also in what is replayed of it, and tell who follows.

        False, and nothing changes, where the turn still runs, or where it, or its answer, is gone.
        """
        async with self.active.lock(session_id):
            record = await self.parts.turns.get(owner_id, session_id, turn_id)
            if record is None or record.outcome == "running" or record.erased_at is not None:
                return False
            record = revised(record, feedback, clock.iso(clock.now()))
            await self.parts.turns.save(record)
            if (stream := self.active.stream(turn_id)) is not None:
                stream.events = record.events
        await self.session_events.publish(session_id, "feedback.revised", _revision(record))
        return True

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
            wav, duration_ms = await self._say(session, session.question.aloud, session.question.asked_by, PLAIN)
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
        wav, _ = await self._say(session, *await self._text_of(session, turn_id, index))
        self.parts.shelf.put(f"{session_id}/{turn_id}/{index}", wav)
        return wav

    async def _text_of(self, session: Session, turn_id: str, index: int) -> tuple[str, str | None, Manner]:
        """What a clip says, which panel member says it, and how."""
        if turn_id == OPENING:
            if index >= len(session.asked):
                raise NotFound
            return session.asked[index].aloud, session.asked[index].asked_by, PLAIN
        record = await self.turn(session.owner_id, session.session_id, turn_id)
        for wire in record.events or await self.active.events(turn_id):
            if wire["event"] == "audio" and wire["data"]["index"] == index:
                role = wire["data"]["role"]
                said_by = record.next_question if role == "question" else record.question
                who = said_by.asked_by if said_by is not None else None
                return str(wire["data"]["text"]), who, self.parts.manner(role, serious=record.in_confidence)
        raise NotFound

    async def _say(self, session: Session, text: str, who: str | None, manner: Manner) -> tuple[bytes, int]:
        voice = self.parts.voice_of(who)
        if voice is None or session.plan.language not in voice.languages:
            raise NotFound
        speech = await voice.speak(speakable(text), rate=self.parts.voice_rate(session), manner=manner)
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
            self.parts.coach.lines.recall(document.text, document.lines)
            found.append(Source(document.document_id, document.kind, document.title, document.text))
        return tuple(found)

    def pack_of(self, session: Session) -> RolePack:
        """The session's role pack; the general one where that is no longer there."""
        name = session.plan.role_pack
        return self._packs.get(name if name in self._packs.names() else GENERAL)

    def _choose_pack(self, plan: SessionPlan, documents: tuple[Source, ...]) -> RolePack:
        """The interview's pack. Raises `Invalid` where one is named that is not there."""
        if plan.role_pack and plan.role_pack not in self._packs.names():
            raise Invalid(details={"fields": [{"field": "role_pack", "problem": "unknown role pack"}]})
        return pack_for(self._packs, plan, documents)


def _answered_before(turns: Sequence[TurnRecord], answer: AnswerIn) -> TurnRecord | None:
    """The turn whose question is answered again, or whose answer is put right or goes on; None for a new answer.

    Errors: `NotFound`, `StateConflict` where there is no answer (any more) that could be put right, or none yet, or not
    the last one, that could go on.
    """
    name = answer.before
    if name is None:
        return None
    found = next((t for t in turns if t.turn_id == name), None)
    if found is None:
        raise NotFound
    if answer.corrects is not None:
        place = superseded_by(turns).get(name)
        if found.outcome == "running" or found.transcript is None or place is not None:
            raise StateConflict(details={"turn_id": place or name})
    if answer.continues is not None:
        last = [t for t in current(turns) if t.continues != name or t.outcome not in ("cancelled", "failed")][-1]
        if found.transcript is None or last.turn_id != name:
            raise StateConflict(details={"turn_id": last.turn_id})
    return found


def _pack_source(pack: RolePack | None) -> tuple[Source, ...]:
    """What the role is about: the pack as far as its questions, each of which comes with what is known of it."""
    return (Source(pack.document_id, "role_pack", pack.title, pack.about),) if pack else ()


def _revision(record: TurnRecord) -> dict[str, Any]:
    assert record.feedback is not None
    return {"turn_id": record.turn_id, "feedback": FeedbackFinal(feedback=record.feedback).payload()}


def arrived_now() -> float:
    """The moment a body was read whole; `at_ms` counts from here."""
    return time.monotonic()
