"""One turn: an answer in, events out. It reads like the sequence diagram in docs/architecture.md."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Protocol, TypeVar

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Listening, Samples, Transcriber, Transcript, Word
from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Coach, Context, Source
from backend.coaching.compare import compare
from backend.coaching.feedback import Feedback
from backend.errors import (
    AppError,
    NoSpeech,
    RetrievalUnavailable,
    StorageUnavailable,
    SttUnavailable,
    TtsError,
    TtsUnavailable,
    TurnInterrupted,
    TurnTimeout,
)
from backend.interview.active_turns import TurnStream, WireEvent
from backend.interview.cores import Cores
from backend.interview.events import (
    AudioReady,
    ContextFound,
    DeliveryMeasured,
    FeedbackDelta,
    FeedbackFinal,
    Notice,
    QuestionDelta,
    QuestionFinal,
    StarFound,
    TranscriptFinal,
    TranscriptPartial,
    TurnEnded,
    TurnFailed,
    TurnStarted,
)
from backend.interview.gates import gate_of
from backend.interview.hotwords import hotwords
from backend.interview.media import MediaShelf
from backend.interview.ports import SessionStore, TurnStore
from backend.interview.question import Question
from backend.interview.questions import Interviewer
from backend.interview.ready_sound import reaction_pieces
from backend.interview.session import Session, SessionState
from backend.interview.turn_record import HeardAnswer, HeardWord, Outcome, TurnRecord
from backend.interview.voicing import pace_after, reaction_aloud, wished_speed, words_aloud
from backend.llm.ports import Usage
from backend.llm.prompts import Briefing, PromptSet
from backend.rag.documents import Passage
from backend.tts.ports import Voice
from backend.tts.sentences import Speakable, speakable
from backend.tts.wav import to_wav

log = logging.getLogger(__name__)

_STORE_AGAIN_S = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Pauses between tries to store a turn's end: long enough for a database to restart."""

_FIRST_SOUND_S = 0.5
"""What is not heard first waits so long for the first sound, which wants the processor."""

T = TypeVar("T")
SpokenPiece = tuple[Literal["feedback", "question"], str, str | None]
"""Role, text, and the panel member who says it."""


class Finder(Protocol):
    """Finds passages for one owner."""

    async def search(
        self, owner_id: str, query: str, *, document_ids: list[str] | None = None, top_k: int = 6
    ) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class TurnParts:
    """What every turn works with."""

    transcriber: Transcriber | None
    coach: Coach
    interviewer: Interviewer
    finder: Finder
    voice: Voice | None
    sessions: SessionStore
    turns: TurnStore
    shelf: MediaShelf
    audio_url: Callable[[str, str, int], str]
    """(session id, turn id, index) -> signed address of a clip."""
    versions: Callable[[], dict[str, str]]
    timeout_s: float
    thinking: Executor | None = None
    """Where answers are analysed; None: in the loop's own threads."""
    cores: Cores = field(default_factory=Cores)
    voice_rate: Callable[[Session], float] = field(default=lambda session: 1.0)
    on_ended: Callable[[Session, TurnRecord], None] = field(default=lambda session, record: None)
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Panel members who have a voice of their own."""
    on_started: Callable[[Session], None] = field(default=lambda session: None)

    def voice_of(self, member: str | None) -> Voice | None:
        """Who speaks for this panel member; the coach's own voice for nobody in particular."""
        return self.voices.get(member or "", self.voice) if self.voice is not None else None


class Turn:
    """Runs one answer from its arrival to `turn.ended`, which is sent always and exactly once."""

    def __init__(
        self,
        parts: TurnParts,
        session: Session,
        record: TurnRecord,
        *,
        said: str | Samples | Listening,
        earlier: list[TurnRecord],
        sources: tuple[Source, ...],
        stream: TurnStream,
        found: tuple[Passage, ...] | None = None,
    ) -> None:
        """`found`: what retrieval has found while the candidate was speaking; None: look now."""
        self._parts = parts
        self._session = session
        self._record = record
        self._said = said
        self._earlier = earlier
        self._sources = sources
        self._stream = stream
        self._found = found
        self._next: Question | None = None
        self._over = False
        self._prompts: PromptSet | None = None
        """The texts this turn speaks from; others may be served while it runs."""
        self._voice = parts.voice if session.plan.voice else None
        self._to_say: asyncio.Queue[SpokenPiece | None] = asyncio.Queue()
        self._words_aloud = 0
        self._rate = parts.voice_rate(session)

    async def run(self) -> None:
        """The whole turn. Cancelling the task is an interruption: what was said so far is kept."""
        outcome: Outcome = "failed"
        try:
            with self._parts.cores.foreground():
                async with asyncio.timeout(self._parts.timeout_s):
                    await self._answer()
            outcome = "completed"
        except asyncio.CancelledError:
            outcome = "cancelled"
        except Exception as error:
            self._fail(_first_cause(error))
        ending = asyncio.create_task(self._end(outcome), name=f"end {self._record.turn_id}")
        while not ending.done():  # the end is short and comes always; cancelling again changes nothing about it
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(ending)
        ending.result()

    async def _answer(self) -> None:
        self._stream.emit(TurnStarted(question_id=self._record.question.question_id, state="transcribing"))
        answer = await self._hear()
        measured = await self._think(self._parts.coach.measure, answer)
        self._record.delivery, self._record.star = measured.delivery, measured.star
        self._stream.emit(DeliveryMeasured(delivery=measured.delivery))
        if measured.star is not None:
            self._stream.emit(StarFound(star=measured.star))
        self._mark("delivery")

        passages = await self._find(answer) if measured.intent is None else ()
        context = self._context(passages)
        analysis = await self._think(self._parts.coach.analyse, answer, measured, context)
        self._record.context = [c for c in analysis.citations if c.source != "answer"]
        self._stream.emit(ContextFound(citations=self._record.context))
        self._mark("analysis")

        if (wish := wished_speed(self._session.plan, analysis)) is not None:
            self._session.plan, reaction = wish
            self._rate = self._parts.voice_rate(self._session)
            analysis = replace(analysis, reaction=reaction)
        self._state("speaking")
        self._rate = pace_after(self._rate, self._session.plan, analysis)
        briefing = self._parts.interviewer.briefing(
            self._session, self._earlier, self._session.requirements, self._sources, answer.text
        )
        self._prompts = briefing.prompts
        self._say_aloud(reaction_aloud(self._session.plan, analysis))
        begun, spoken = asyncio.Event(), asyncio.Event()
        if self._voice is None or self._to_say.empty():
            begun.set()
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._speak(begun, spoken))
            lanes.create_task(self._give_feedback(analysis, briefing, spoken))
            await _soon(begun)
            lanes.create_task(self._ask_next(analysis, briefing))
            lanes.create_task(self._keep())

    async def _think(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._parts.thinking, work, *arguments)

    async def _keep(self) -> None:
        """What was heard is stored at once. Where that fails, the end of the turn stores it again, and waits for it."""
        with contextlib.suppress(StorageUnavailable):
            await self._parts.turns.save(self._record)

    # --- hearing ---------------------------------------------------------------------------------------------------

    async def _hear(self) -> Answer:
        self._state("transcribing")
        said = self._said
        if isinstance(said, str):
            heard = HeardAnswer(text=said, language=self._session.plan.language, duration_s=None, words=[])
        else:
            heard = _as_heard(await (self._transcribe(said) if isinstance(said, np.ndarray) else self._finish(said)))
            self._record.spoken = True
        self._said = ""  # sound lives no longer than this
        self._record.transcript = heard
        self._stream.emit(TranscriptFinal(heard=heard))
        self._mark("transcript")
        self._state("thinking")
        return answer_of(self._session, self._record)

    async def _transcribe(self, samples: Samples) -> Transcript:
        if self._parts.transcriber is None:
            raise SttUnavailable
        try:
            return await self._parts.transcriber.transcribe(
                samples,
                language=self._session.plan.language,
                hotwords=hotwords(self._session.plan, self._sources),
                on_partial=lambda text: self._stream.emit(TranscriptPartial(text=text, stable_chars=len(text))),
            )
        except NoSpeech as silence:
            return self._silence(silence, len(samples) / SAMPLE_RATE)

    async def _finish(self, listening: Listening) -> Transcript:
        """The end of an answer that was heard while it was spoken."""
        partial = listening.partial
        if partial.text:
            self._stream.emit(TranscriptPartial(text=partial.text, stable_chars=partial.stable_chars))
        try:
            return await listening.finish()
        except NoSpeech as silence:
            return self._silence(silence, listening.duration_s)
        finally:
            listening.stop()

    def _silence(self, silence: NoSpeech, duration_s: float) -> Transcript:
        self._notice(silence)
        return Transcript("", self._session.plan.language, duration_s=duration_s, speech_s=0.0, words=())

    # --- what is known about it ------------------------------------------------------------------------------------

    async def _find(self, answer: Answer) -> tuple[Passage, ...]:
        if self._found is not None:
            return self._found
        try:
            question = self._record.question
            return tuple(await find_passages(self._parts.finder, self._session, question, answer.text))
        except RetrievalUnavailable as error:
            self._notice(error)
            return ()

    def _context(self, passages: tuple[Passage, ...]) -> Context:
        question = self._record.question
        return Context(
            passages=passages,
            sources=self._sources,
            requirements=tuple(self._session.requirements),
            key_points=self._parts.interviewer.key_points(question),
            competency=question.competency,
            level=self._session.plan.level,
            earlier_answers=tuple(t.transcript.text for t in self._earlier if t.transcript and t.transcript.text),
        )

    # --- the lanes -------------------------------------------------------------------------------------------------

    async def _give_feedback(self, analysis: Analysis, briefing: Briefing, spoken: asyncio.Event) -> None:
        """The analysis lane, under the playback of what is said: it leaves the processor to the voice first."""
        self._words_aloud = words_aloud(self._session.plan, analysis)
        feedback = await self._parts.coach.feedback(
            analysis,
            briefing=briefing,
            say=self._say_feedback,
            notice=self._notice_once,
            on_usage=self._count_tokens,
            before_model=spoken.wait,
        )
        feedback = self._compare(analysis, feedback)
        gate = gate_of(self._session.plan, self._record.question, analysis)
        if gate is not None:
            feedback = feedback.model_copy(update={"gate": gate})
        self._record.feedback = feedback
        self._stream.emit(FeedbackFinal(feedback=feedback))
        self._mark("feedback")

    async def _say_feedback(self, sentence: str) -> None:
        text = f" {sentence}" if self._record.feedback_text else sentence
        self._stream.emit(FeedbackDelta(text=text, offset=len(self._record.feedback_text)))
        self._record.feedback_text += text
        self._mark("first_feedback")
        if (length := len(sentence.split())) <= self._words_aloud:
            self._words_aloud -= length
            self._say_aloud(sentence)

    async def _ask_next(self, analysis: Analysis, briefing: Briefing) -> None:
        asked = ""
        cutter, pieces = Speakable(), list[str]()

        async def say(delta: str) -> None:
            nonlocal asked
            self._stream.emit(QuestionDelta(text=delta, offset=len(asked)))
            asked += delta
            self._mark("first_question")
            pieces.extend(cutter.feed(delta))

        if self._record.retry_of is not None and self._session.question is not None:
            question: Question | None = self._session.question
            await say(self._session.question.text)
        else:
            question = await self._parts.interviewer.next_question(
                self._session,
                [*self._earlier, self._record],
                analysis,
                briefing=briefing,
                say=say,
                notice=self._notice_once,
            )
        asker = question.asked_by if question is not None else None
        self._queue_speech("question", [*pieces, *cutter.flush()], asker)
        self._to_say.put_nowait(None)
        self._words_aloud = 0  # what is still written is read, not heard
        self._next, self._over = question, question is None
        if question is not None:
            self._stream.emit(QuestionFinal(question=question))
            self._mark("question")

    def _say_aloud(self, text: str) -> None:
        self._queue_speech("feedback", reaction_pieces(text), self._record.question.asked_by)

    def _queue_speech(self, role: Literal["feedback", "question"], pieces: list[str], who: str | None) -> None:
        for piece in pieces:
            self._to_say.put_nowait((role, piece, who))

    async def _speak(self, begun: asyncio.Event, spoken: asyncio.Event) -> None:
        """The spoken lane: reaction, then question, piece by piece.

        Sets `begun` when the first piece has been made, or cannot be, and `spoken` when all have.
        """
        clips = 0
        while (item := await self._to_say.get()) is not None:
            clips += await self._voiced(clips, *item)
            begun.set()
        spoken.set()

    async def _voiced(self, index: int, role: Literal["feedback", "question"], piece: str, who: str | None) -> bool:
        """Make clip `index` of what a panel member says; false where there is nothing to hear, or no voice for it."""
        voice = self._parts.voice_of(who)
        if self._voice is None or voice is None or not (text := speakable(piece)):
            return False
        try:
            if self._session.plan.language not in voice.languages:
                raise TtsUnavailable("There is no voice for this language yet; the reply is text.")
            # How a reply begins has been spoken ahead, at the usual pace.
            rate = self._rate if index else self._parts.voice_rate(self._session)
            speech = await voice.speak(text, rate=rate)
        except TtsError as error:
            self._notice(error)
            self._voice = None
            return False
        turn_id = self._record.turn_id
        self._parts.shelf.put(f"{self._session.session_id}/{turn_id}/{index}", to_wav(speech))
        self._stream.emit(
            AudioReady(
                index=index,
                role=role,
                text=piece,
                mime="audio/wav",
                duration_ms=speech.duration_ms,
                url=self._parts.audio_url(self._session.session_id, turn_id, index),
            )
        )
        self._mark("first_audio")
        return True

    def _compare(self, analysis: Analysis, feedback: Feedback) -> Feedback:
        before = next((t for t in self._earlier if t.turn_id == self._record.retry_of), None)
        if before is None or before.feedback is None:
            return feedback
        compared = compare(before.turn_id, before.delivery, before.star, before.feedback, analysis.measured, feedback)
        return feedback.model_copy(update={"compared": compared})

    # --- the end ---------------------------------------------------------------------------------------------------

    async def _end(self, outcome: Outcome) -> None:
        """Store, then say `turn.ended`: who has seen the end can read the turn anywhere."""
        self._settle_session(outcome)
        self._mark("total")
        last = self._close_record(outcome)
        storing = asyncio.create_task(self._store(), name=f"store {self._record.turn_id}")
        # An interrupted turn says so at once; the others say nothing that is not stored.
        await asyncio.wait({storing}, timeout=0.2 if outcome == "cancelled" else None)
        if storing.done():
            stands = storing.result()
            if stands is None:
                self._fail(StorageUnavailable())
            elif stands == "failed" != outcome:
                self._fail(TurnInterrupted())
            if stands != outcome:  # it could not be kept, or another replica ended it first
                last = self._close_record(stands or "failed")
        self._stream.append(last)
        await asyncio.wait({storing})
        self._parts.on_ended(self._session, self._record)

    def _close_record(self, outcome: Outcome) -> WireEvent:
        """Complete the record, and return the event with which it ends."""
        record = self._record
        record.outcome = outcome
        record.cut_short = outcome == "cancelled" and bool(record.feedback_text)
        record.next_question = self._next
        record.versions = self._parts.versions()
        if self._prompts is not None:
            record.versions["prompt"] = self._prompts.version
            record.prompts = self._prompts.versions
        record.ended_at = _now()
        end = TurnEnded(
            outcome=outcome, state=self._session.state, timings_ms=record.timings_ms, versions=record.versions
        )
        last = self._stream.preview(end)
        record.events = [*self._stream.events, last]
        return last

    async def _store(self) -> Outcome | None:
        """The outcome that stands; None when the database could not be reached for a while (it may be restarting)."""
        for pause_s in (*_STORE_AGAIN_S, None):
            try:
                return await self._parts.turns.finish(self._record, self._session)
            except StorageUnavailable:
                if pause_s is None:
                    break
                await asyncio.sleep(pause_s)
            except Exception:
                log.exception("turn not stored")
                return None
        log.error("turn not stored", extra={"code": StorageUnavailable.code})
        return None

    def _settle_session(self, outcome: Outcome) -> None:
        session = self._session
        session.state = "ready"
        session.updated_at = _now()
        if self._over:
            session.state, session.question, session.finished_at = "finished", None, _now()
        elif self._next is not None and self._record.retry_of is None:
            if all(q.question_id != self._next.question_id for q in session.asked):
                session.asked.append(self._next)
            session.question = self._next

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, TimeoutError):
            error = TurnTimeout()
        if not isinstance(error, AppError):
            log.error("turn failed", exc_info=error)
            error = AppError()
        self._record.error = error.as_wire(self._stream.request_id)
        self._stream.emit(TurnFailed(error=self._record.error))

    # --- small things ----------------------------------------------------------------------------------------------

    def _state(self, state: SessionState) -> None:
        self._session.state = self._stream.state = state

    def _mark(self, name: str) -> None:
        self._record.timings_ms.setdefault(name, self._stream.at_ms())

    def _count_tokens(self, usage: Usage) -> None:
        timings = self._record.timings_ms
        if usage.prompt_tokens is not None:
            evaluated = usage.prompt_tokens - (usage.prompt_tokens_cached or 0)
            timings["llm_prompt_tokens"] = timings.get("llm_prompt_tokens", 0) + evaluated

    def _notice(self, error: AppError) -> None:
        self._stream.emit(Notice(stage=error.stage, code=error.code, message_safe=error.message_safe))

    async def _notice_once(self, error: AppError) -> None:
        seen = {e["data"].get("code") for e in self._stream.events if e["event"] == "notice"}
        if error.code not in seen:
            self._notice(error)


async def find_passages(finder: Finder, session: Session, question: Question | None, said: str) -> list[Passage]:
    """What the documents and the role pack say about a question and the answer to it. Raises `RetrievalUnavailable`,
    after two seconds too."""
    query = f"{question.text if question is not None else ''}\n{said}"[:2000]
    ids = [*session.plan.document_ids]
    if session.plan.role_pack:
        ids.append(f"pack:{session.plan.role_pack}")
    try:
        async with asyncio.timeout(2.0):
            return await finder.search(session.owner_id, query, document_ids=ids, top_k=6)
    except TimeoutError:
        raise RetrievalUnavailable from None


def answer_of(session: Session, record: TurnRecord) -> Answer:
    """The stored answer as the coach takes it."""
    heard = record.transcript
    assert heard is not None
    return Answer(
        question=record.question.text,
        text=heard.text,
        mode=session.plan.mode,
        question_kind=record.question.kind,
        language=heard.language,
        words=tuple(Word(w.w, w.start_s, w.end_s, w.p) for w in heard.words),
        duration_s=heard.duration_s,
        speech_s=heard.speech_s,
        hesitations=None if heard.hesitations is None else tuple(heard.hesitations),
    )


def _as_heard(transcript: Transcript) -> HeardAnswer:
    return HeardAnswer(
        text=transcript.text,
        language=transcript.language,
        duration_s=round(transcript.duration_s, 3),
        speech_s=round(transcript.speech_s, 3),
        hesitations=None if transcript.hesitations is None else list(transcript.hesitations),
        words=[
            HeardWord(w=w.text, start_s=round(w.start_s, 3), end_s=round(w.end_s, 3), p=round(w.probability, 3))
            for w in transcript.words
        ],
    )


async def _soon(event: asyncio.Event) -> None:
    """Returns once the event is set, or has not been for `_FIRST_SOUND_S`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FIRST_SOUND_S):
            await event.wait()


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
