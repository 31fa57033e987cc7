"""One turn: an answer in, events out. It reads like the sequence diagram in docs/architecture.md."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Listening, Samples, Transcriber, Transcript
from backend.coaching.answer import Answer
from backend.coaching.author.choice import Authors
from backend.coaching.author.clarification import say_again
from backend.coaching.coach import Analysis, Coach, Context, Source
from backend.coaching.compare import compare
from backend.coaching.feedback import Feedback
from backend.coaching.intake import line
from backend.errors import (
    AppError,
    LlmLate,
    LlmReplyUnusable,
    NoSpeech,
    NotUnderstood,
    RetrievalUnavailable,
    StorageUnavailable,
    SttUnavailable,
    TtsError,
    TtsUnavailable,
    TurnInterrupted,
    TurnTimeout,
)
from backend.interview import clock
from backend.interview.active_turns import TurnStream, WireEvent
from backend.interview.awaited import Awaited, Deadlines
from backend.interview.briefing import make_brief
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
from backend.interview.helping import help_brief
from backend.interview.hotwords import hotwords
from backend.interview.late_replies import LateReplies
from backend.interview.media import MediaShelf
from backend.interview.modes import InterviewData
from backend.interview.ports import SessionStore, TurnStore
from backend.interview.question import Question
from backend.interview.questions import Decided, Interviewer
from backend.interview.ready_sound import reaction_pieces
from backend.interview.session import CONVERSATIONS, Session, SessionState
from backend.interview.takes import answer_of
from backend.interview.turn_record import HeardAnswer, HeardWord, Outcome, TurnRecord, joined
from backend.interview.voicing import manner_of, pace_after, reaction_aloud, wished_speed, words_aloud
from backend.llm.ports import Usage
from backend.llm.prompts import PromptBook, PromptSet
from backend.rag.documents import Passage, PassageKind
from backend.tts.ports import PLAIN, Manner, Voice
from backend.tts.sentences import Speakable, speakable
from backend.tts.wav import to_wav

log = logging.getLogger(__name__)

_STORE_AGAIN_S = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 2.5, *[3.0] * 7)
"""Pauses between tries to store a turn's end: long enough for a database to restart."""

_ASKS_FOR_HELP = ("clarify", "dont_know")
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
    authors: Authors
    interviewer: Interviewer
    data: InterviewData
    prompts: PromptBook
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
    manners: bool = True
    """Whether the voice suits its manner to what it says."""
    on_ended: Callable[[Session, TurnRecord], None] = field(default=lambda session, record: None)
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Panel members who have a voice of their own."""
    on_started: Callable[[Session], None] = field(default=lambda session: None)
    deadlines: Deadlines = field(default_factory=Deadlines)
    late: LateReplies = field(default_factory=LateReplies)
    """Replies that go on being written after their turn has ended."""

    def manner(self, role: Literal["feedback", "question"], *, serious: bool = False) -> Manner:
        """How something is said. `serious`: after something that matters more than the practice."""
        return manner_of(role, serious=serious) if self.manners else PLAIN

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
        goes_on: HeardAnswer | None = None,
    ) -> None:
        """`found`: what retrieval has found while the candidate was speaking; None: look now. `goes_on`: the answer that
        was ended too soon and that this one is joined to."""
        self._parts = parts
        self._session = session
        self._record = record
        self._said = said
        self._earlier = earlier
        self._sources = sources
        self._stream = stream
        self._found = found
        self._goes_on = goes_on
        self._next: Question | None = None
        self._over = False
        self._farewell = ""
        """What is said last where the time is up."""
        self._author: Awaited | None = None
        """The model's reply, where a model writes it."""
        self._decided: Decided | None = None
        self._prompts: PromptSet | None = None
        """The texts this turn speaks from; others may be served while it runs."""
        self._voice = parts.voice if session.plan.voice else None
        self._to_say: asyncio.Queue[SpokenPiece | None] = asyncio.Queue()
        self._words_aloud = 0
        self._told = False
        """Whether something grave was told as a story that is over."""
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

        passages = await self._find(answer) if measured.intent is None and measured.concern is None else ()
        context = self._context(passages)
        analysis = await self._think(self._parts.coach.analyse, answer, measured, context)
        self._told = measured.told is not None
        if measured.concern is not None:  # known from here on to be for the candidate alone, also if this is cut short
            self._record.feedback = self._parts.coach.compose(analysis)
        self._record.context = [c for c in analysis.citations if c.source != "answer"]
        self._stream.emit(ContextFound(citations=self._record.context))
        self._mark("analysis")

        if (wish := wished_speed(self._session.plan, analysis)) is not None:
            self._session.plan, reaction = wish
            self._rate = self._parts.voice_rate(self._session)
            analysis = replace(analysis, reaction=reaction)
        if measured.intent == "insult" and was_warned(self._earlier):
            analysis = replace(analysis, reaction=line("pause", answer.language))
        self._state("speaking")
        self._rate = pace_after(self._rate, self._session.plan)
        await self._begin_author(replace(analysis, answer=answer))
        reacted, begun = asyncio.Event(), asyncio.Event()
        await self._react(analysis, reacted)
        if self._voice is None or self._to_say.empty():
            begun.set()
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._speak(begun))
            lanes.create_task(self._give_feedback(analysis, reacted))
            await _soon(begun)
            lanes.create_task(self._ask_next(analysis, reacted))
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
            if missing_s := round(sum(end - start for start, end in heard.not_understood)):
                self._notice(NotUnderstood(f"{missing_s} seconds were not understood. They are not counted."))
        if self._goes_on is not None:
            heard = joined(self._goes_on, heard)
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
        except (RetrievalUnavailable, StorageUnavailable):  # the list of the documents stands in the database
            self._notice(RetrievalUnavailable())
            return ()

    def _context(self, passages: tuple[Passage, ...]) -> Context:
        question = self._record.question
        return Context(
            passages=passages,
            sources=self._sources,
            requirements=tuple(self._session.requirements),
            key_points=self._parts.interviewer.key_points(question),
            follow_ups=self._parts.interviewer.written_follow_ups(question),
            competency=question.competency,
            level=self._session.plan.level,
            earlier_answers=tuple(
                t.transcript.text for t in self._earlier if t.transcript and t.transcript.text and not t.in_confidence
            ),
            reference=self._parts.interviewer.reference(self._session, question, self._sources),
            turn=len(self._earlier) + int(hashlib.sha256(self._session.session_id.encode()).hexdigest()[:6], 16),
        )

    # --- the lanes -------------------------------------------------------------------------------------------------

    async def _begin_author(self, analysis: Analysis) -> None:
        """Let the session's author begin to write; without one, or for what is no answer, the rules speak.

        `analysis` holds the answer as it was given: the rules leave out of theirs what they take for no part of it.
        """
        session = self._session
        self._prompts = self._parts.prompts.current()
        asks_back = session.plan.mode in CONVERSATIONS and analysis.measured.intent in _ASKS_FOR_HELP
        if analysis.measured.matters_more or (analysis.measured.intent is not None and not asks_back):
            return
        author, why_not = await self._parts.authors.choose(session.plan.author, session.owner_id)
        if why_not is not None:
            self._notice(why_not)
        if author is None:
            return
        decided = await self._parts.interviewer.decide(session, [*self._earlier, self._record], analysis)
        self._decided = decided
        brief = make_brief(
            session,
            self._earlier,
            analysis,
            decided.move,
            data=self._parts.data,
            prompts=self._prompts,
            on_usage=self._parts.authors.counting(session.owner_id, self._count_tokens),
            help_line=self._parts.coach.intake.help_line,
        )
        self._author = Awaited(author.write(brief), self._parts.deadlines)

    async def _react(self, analysis: Analysis, reacted: asyncio.Event) -> None:
        """Returns once something is there to be said first: the author's first sentence, else the rules' reaction."""
        if self._author is None or not await self._author.begins():
            self._say_aloud(reaction_aloud(self._session.plan, analysis))
            reacted.set()
            return
        if self._author.authored.concern is not None:
            self._say_aloud(self._author.authored.concern.say)
            reacted.set()

    async def _go_on_reacting(self, author: Awaited, reacted: asyncio.Event) -> None:
        """The author's reaction, sentence by sentence, in writing and aloud."""
        aloud = self._session.plan.feedback == "each" and self._session.plan.voice_amount != "question"
        async for sentence in author.sentences():
            await self._write_feedback(sentence)
            if aloud:
                self._say_aloud(sentence)
        reacted.set()

    async def _give_feedback(self, analysis: Analysis, reacted: asyncio.Event) -> None:
        """The analysis lane, under the playback of what is said."""
        self._words_aloud = words_aloud(self._session.plan, analysis)
        feedback = await self._authored(self._author, reacted) if self._author is not None else None
        if feedback is None:
            feedback = self._parts.coach.compose(analysis)  # at once: what is said of it comes before the question
            for text in feedback.in_short():
                await self._say_feedback(text)
        feedback = self._compare(analysis, feedback)
        gate = gate_of(self._session.plan, self._record.question, analysis, self._earlier)
        if gate is not None:
            feedback = feedback.model_copy(update={"gate": gate})
        self._record.feedback = feedback
        self._stream.emit(FeedbackFinal(feedback=feedback))
        self._mark("feedback")

    async def _authored(self, author: Awaited, reacted: asyncio.Event) -> Feedback | None:
        """What the author wrote, as far as it was proved; None, with a notice, where the rules have to speak."""
        if not reacted.is_set():
            await self._go_on_reacting(author, reacted)
        elif author.authored.concern is not None:
            await self._write_feedback(author.authored.concern.say)
        for text in await author.points():
            await self._say_feedback(text)
        feedback = await author.feedback()
        if author.unfinished:
            self._notice(LlmLate())
        elif feedback is None or author.authored.failure is not None:
            self._notice(author.authored.failure or LlmReplyUnusable())
        return feedback

    async def _write_feedback(self, sentence: str) -> None:
        text = f" {sentence}" if self._record.feedback_text else sentence
        self._stream.emit(FeedbackDelta(text=text, offset=len(self._record.feedback_text)))
        self._record.feedback_text += text
        self._mark("first_feedback")

    async def _say_feedback(self, sentence: str) -> None:
        await self._write_feedback(sentence)
        if (length := len(sentence.split())) <= self._words_aloud:
            self._words_aloud -= length
            self._say_aloud(sentence)

    async def _ask_next(self, analysis: Analysis, reacted: asyncio.Event) -> None:
        question = await self._next_question(analysis)
        if question is not None:
            question = self._parts.interviewer.timed(question, self._session)
        await reacted.wait()
        if question is not None:
            self._stream.emit(QuestionDelta(text=question.text, offset=0))
            self._mark("first_question")
            cutter = Speakable()
            self._queue_speech("question", [*cutter.feed(question.aloud), *cutter.flush()], question.asked_by)
        elif self._farewell:
            self._say_aloud(self._farewell)
        self._to_say.put_nowait(None)
        self._words_aloud = 0  # what is still written is read, not heard
        self._next, self._over = question, question is None
        if question is not None:
            self._stream.emit(QuestionFinal(question=question))
            self._mark("question")

    async def _next_question(self, analysis: Analysis) -> Question | None:
        """What is asked next; None when the interview is over."""
        interviewer, session = self._parts.interviewer, self._session
        concern = analysis.measured.concern or (self._author.authored.concern if self._author is not None else None)
        if concern is not None and concern.waits and session.question is not None:
            return interviewer.choice(session)
        if self._record.retry_of is not None and session.question is not None:
            return session.question
        decided = self._decided
        if decided is None:
            decided = await interviewer.decide(session, [*self._earlier, self._record], analysis)
        self._farewell = decided.farewell
        if analysis.measured.intent in _ASKS_FOR_HELP and self._author is None:
            return await self._said_again(decided.question, analysis)
        if self._author is None or not self._author.reacts:
            return decided.question
        proposal = await self._author.proposal()
        return await self._think(interviewer.worded, decided, proposal, session)

    async def _said_again(self, question: Question | None, analysis: Analysis) -> Question | None:
        """The question that waits, in an author's words where these come in time, else in the rules'."""
        parts, session = self._parts, self._session
        author, _ = await parts.authors.choose(session.plan.author, session.owner_id)
        if author is None or question is None or question.kind != "clarify":
            return question
        brief = help_brief(
            session,
            self._record.question,
            self._earlier,
            self._sources,
            analysis.answer.text,
            key_points=parts.interviewer.key_points(self._record.question),
            data=parts.data,
            prompts=self._prompts or parts.prompts.current(),
            on_usage=parts.authors.counting(session.owner_id, self._count_tokens),
        )
        return parts.interviewer.said_again(question, await say_again(author, brief))

    def _say_aloud(self, text: str) -> None:
        self._queue_speech("feedback", reaction_pieces(text), self._record.question.asked_by)

    def _queue_speech(self, role: Literal["feedback", "question"], pieces: list[str], who: str | None) -> None:
        for piece in pieces:
            self._to_say.put_nowait((role, piece, who))

    async def _speak(self, begun: asyncio.Event) -> None:
        """The spoken lane: reaction, then question, piece by piece.

        Sets `begun` when the first piece has been made, or cannot be.
        """
        clips = 0
        while (item := await self._to_say.get()) is not None:
            clips += await self._voiced(clips, *item)
            begun.set()

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
            manner = self._parts.manner(role, serious=self._serious())
            speech = await voice.speak(text, rate=rate, manner=manner)
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

    def _serious(self) -> bool:
        """Whether the answer is known to be about something that matters more than the practice."""
        known, author = self._record.feedback, self._author
        return (
            self._told
            or (known is not None and known.concern is not None)
            or (author is not None and author.authored.concern is not None)
        )

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
        given = self._record.feedback
        if self._author is not None and (
            given is None or given.author == "rules"
        ):  # what is late is still worth having
            self._parts.late.keep(self._session, self._record, self._author.authored)
        self._parts.on_ended(self._session, self._record)

    def _close_record(self, outcome: Outcome) -> WireEvent:
        """Complete the record, and return the event with which it ends."""
        record = self._record
        record.outcome = outcome
        if self._author is not None:
            record.feedback_text = without_sentences(record.feedback_text, self._author.authored.retracted)
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
        session.state = "ready" if session.question is not None else "finished"  # another take, after the end
        session.updated_at = _now()
        if self._over:
            session.finish(clock.now())
            return
        feedback = self._record.feedback
        if feedback is not None and feedback.concern is not None and feedback.concern.waits and self._next is None:
            self._next = self._parts.interviewer.choice(session)  # cut short: the choice waits all the same
        if pauses_after(self._record, self._earlier):
            session.pause(clock.now())
        if self._next is not None and (self._record.retry_of is None or self._next.choice):
            if all(q.question_id != self._next.question_id for q in session.asked):
                session.asked.append(self._next)
            session.question, session.stage = self._next, self._next.stage
        if self._stream.then is not None and session.state != "finished":
            session.move(self._stream.then, clock.now())

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
        if usage.completion_tokens is not None:
            timings["llm_completion_tokens"] = timings.get("llm_completion_tokens", 0) + usage.completion_tokens

    def _notice(self, error: AppError) -> None:
        self._stream.emit(Notice(stage=error.stage, code=error.code, message_safe=error.message_safe))


async def find_passages(finder: Finder, session: Session, question: Question | None, said: str) -> list[Passage]:
    """What the documents and the role pack say about a question and the answer to it. Raises `RetrievalUnavailable`,
    after two seconds too."""
    query = f"{question.text if question is not None else ''}\n{said}"[:2000]
    pack = [f"pack:{session.plan.role_pack}"] if session.plan.role_pack else []
    wanted = [(ids, most) for ids, most in ((session.plan.document_ids, 16), (pack, _MOST_OF["role_pack"])) if ids]
    try:
        async with asyncio.timeout(2.0):
            found = await asyncio.gather(
                *(finder.search(session.owner_id, query, document_ids=ids, top_k=most) for ids, most in wanted)
            )
    except TimeoutError:
        raise RetrievalUnavailable from None
    return _varied([passage for part in found for passage in part])


_MOST_OF: dict[PassageKind, int] = {"job_description": 4, "resume": 4, "company": 2, "notes": 2, "role_pack": 2}
_MOST_PASSAGES = 10


def _varied(found: Sequence[Passage]) -> list[Passage]:
    """The best of each kind, best first: a long posting does not push out what the resume says."""
    kept: list[Passage] = []
    for passage in found:
        if sum(k.kind == passage.kind for k in kept) < _MOST_OF[passage.kind]:
            kept.append(passage)
    return kept[:_MOST_PASSAGES]


def without_sentences(text: str, gone: Sequence[str]) -> str:
    """A text without some of its sentences: what was said aloud and did not stand is not kept."""
    for sentence in gone:
        text = text.replace(sentence, "", 1)
    return " ".join(text.split())


def _as_heard(transcript: Transcript) -> HeardAnswer:
    return HeardAnswer(
        text=transcript.text,
        language=transcript.language,
        duration_s=round(transcript.duration_s, 3),
        speech_s=round(transcript.speech_s, 3),
        hesitations=None if transcript.hesitations is None else list(transcript.hesitations),
        not_understood=list(transcript.not_understood),
        words=[
            HeardWord(w=w.text, start_s=round(w.start_s, 3), end_s=round(w.end_s, 3), p=round(w.probability, 3))
            for w in transcript.words
        ],
    )


def pauses_after(record: TurnRecord, earlier: Sequence[TurnRecord]) -> bool:
    """Whether the interview waits after this turn: for a person in danger, one who wants a break, and, after a warning,
    one who abuses the coach."""
    feedback = record.feedback
    if feedback is None:
        return False
    if feedback.intent == "insult":
        return was_warned(earlier)
    urgent = feedback.concern is not None and feedback.concern.urgent
    return urgent or (record.question.choice and feedback.intent == "wait")


def was_warned(earlier: Sequence[TurnRecord]) -> bool:
    return any(t.feedback is not None and t.feedback.intent == "insult" for t in earlier)


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
    return clock.iso(clock.now())
