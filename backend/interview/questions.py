"""What to ask next: a follow-up on the answer, what was retrieved for the posting and the resume, the bank. Never twice."""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import get_args

import numpy as np

from backend.coaching.answer import Span
from backend.coaching.author.plan import PlannedQuestion, of_resume
from backend.coaching.author.ports import NextMove, Proposal
from backend.coaching.coach import Analysis, Source
from backend.coaching.feedback import Intent, Reference, Requirement
from backend.coaching.intake import line
from backend.coaching.lines.read import LineReader
from backend.coaching.text import sentences
from backend.interview import clock
from backend.interview.asked import already_asked
from backend.interview.follow_ups import FollowUp, follow_ups, language_follow_ups
from backend.interview.gates import gate_of, result_sentence
from backend.interview.help_lines import help_wanted, helped
from backend.interview.main_questions import adapted, apart, bank, cite_bank, opening_text, pack_for, wanted_difficulty
from backend.interview.memory import told
from backend.interview.modes import InterviewData, LanguageSpec, ModeSpec, PanelMember, Probe, StageSpec
from backend.interview.practices import (
    DRILL_LIMITS_S,
    MOST_TRIES,
    challenge,
    drill_goal,
    drill_limit,
    drill_subject,
    drill_text,
    hints,
    result_first_text,
)
from backend.interview.question import Question, QuestionKind
from backend.interview.question_search import QuestionSearch
from backend.interview.references import reference_for
from backend.interview.retrieved import Retrieval
from backend.interview.session import CONVERSATIONS, Difficulty, Session, SessionPlan
from backend.interview.stages import StagePlan, plan_stages
from backend.interview.suitable import unsuitable
from backend.interview.turn_record import TurnRecord
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import GENERAL, Category, RolePack, RolePacks, built_in_packs
from backend.rag.documents import Citation
from backend.rag.ports import Embedder


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question without a number."""

    text: str
    kind: QuestionKind = "main"
    competency: str | None = None
    citations: tuple[Citation, ...] = ()
    probe: Probe | None = None


_OPPOSITE = {"easy", "hard"}
_MOST_FOLLOW_UPS: dict[Difficulty, float] = {"easy": 0.25, "medium": 0.5, "hard": 0.5}
"""Share of the questions of an interview that follow up on an answer, rounded up."""
_ONE_IN = 4
"""So many main questions for one about the resume, the second of them first."""
_SAME_QUESTION = 0.6
"""Cosine similarity from which a wording asks what was planned (MiniLM)."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Which question is asked: its number, and its place in the plan of stages."""

    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What comes next. `question` is asked where no author words one; None: the interview is over.

    `planned`: the main question that comes instead of a follow-up of the rules, where an author is at work. `farewell`:
    what is said where the interview is over because its time is up.
    """

    question: Question | None
    move: NextMove = field(default_factory=NextMove)
    planned: Question | None = None
    farewell: str = ""


_FIRST = _Place(1, 1)


def _fixed(question: Question) -> Decided:
    return Decided(question, NextMove(question.text, fixed=True))


class Interviewer:
    """Asks one question at a time, each grounded and never twice.

    `question_count` counts every question asked, follow-ups included; saying a question again or more simply does not
    count. An interview that has a time keeps it: late, follow-ups are dropped first, then questions are left out, and a
    closing question comes last.
    """

    def __init__(
        self,
        packs: RolePacks | None = None,
        embedder: Embedder | None = None,
        data: InterviewData | None = None,
        lines: QuestionLines | None = None,
        reader: LineReader | None = None,
    ) -> None:
        """`reader`: reads the lines of resumes; None: one without a model."""
        self._packs = packs if packs is not None else built_in_packs()
        self._embedder = embedder
        self.lines = lines if lines is not None else QuestionLines()
        self.search = QuestionSearch(embedder)
        self._retrieval = Retrieval(self.search, self.lines, reader)
        self._data = data if data is not None else InterviewData()
        self._thread = ThreadPoolExecutor(1, "questions")

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages an interview can be held in."""
        return frozenset(self._data.languages)

    def pack_for(self, plan: SessionPlan, sources: Sequence[Source] = ()) -> RolePack:
        """The pack that an interview of this plan is held from."""
        return pack_for(self._packs, plan, sources)

    # --- the three things the product asks for -----------------------------------------------------------------------

    def retrieve(
        self, plan: SessionPlan, pack: RolePack, requirements: Sequence[Requirement], sources: Sequence[Source]
    ) -> list[PlannedQuestion]:
        """Questions of the bank for these documents, which an interview without an author asks. Blocking."""
        general = self._packs.get(GENERAL)
        packs = [pack] if pack.name == GENERAL else [pack, general]
        if plan.mode in CONVERSATIONS:
            return []
        if plan.language != "en":
            return self._retrieval.pointing_in(self._data.languages[plan.language], requirements, sources)
        return self._retrieval.plan(plan, self._mode(plan), packs, requirements, sources)

    def opening(
        self,
        plan: SessionPlan,
        sources: Sequence[Source],
        again: Question | None = None,
        planned: Sequence[PlannedQuestion] = (),
        retrieved: Sequence[PlannedQuestion] = (),
    ) -> Question:
        """The first question; immediate, no model. `again`: a question of before that is to be asked once more.
        `planned`: what an author has written for these documents, if it has; `retrieved`: what the bank has for them."""
        if again is not None:
            known = {s.document_id for s in sources}
            cited = tuple(c for c in again.citations if c.document_id in known)
            draft = _Draft(drill_subject(again), competency=again.competency, citations=cited)
            return self._practised(self._number(draft, plan, _FIRST, "opening"), plan, sources)
        stage = self.stages(plan).stage(1)
        if plan.practice == "drill" and "intro" in stage.categories:
            stage = stage.model_copy(update={"categories": ["behavioral"]})  # what is trained needs a story
        pack = pack_for(self._packs, plan, sources)
        by = self._asks_next(plan, ())
        first = self._from_plan(plan, stage, planned, (), (), by)
        if first is None and stage.bank != "conversation":
            text = opening_text(plan, stage) if plan.language == "en" else None
            first = _Draft(text, competency=_intro_competency(pack)) if text is not None else None
            level = wanted_difficulty(plan, 1, self.stages(plan).total, ())
            first = first or self._from_retrieved(plan, stage, level, retrieved, (), (), by)
        if first is None:
            first = self._from_bank(plan, stage, 1, pack, (), (), by)
        question = self._practised(self._number(first, plan, _FIRST, "opening"), plan, sources)
        return self._introduced(question, plan, ())

    def key_points(self, question: Question) -> tuple[str, ...]:
        """What a full answer to a bank question covers; empty for other questions."""
        known = self._packs.question(drill_subject(question))
        return known.points if known is not None else ()

    def written_follow_ups(self, question: Question) -> tuple[str, ...]:
        """The bank's own follow-ups to a question, with what each waits for, for an author who can tell whether it is so."""
        known = self._packs.question(drill_subject(question))
        return tuple(map(str, known.follow_ups)) if known is not None else ()

    def model_answer(self, session: Session, question: Question) -> str:
        """What the bank holds as an answer to a question, however it was last put; "" where it holds none, and beyond
        English."""
        first = next((q for q in session.asked if q.question_id == question.question_id), question)
        known = self._packs.question(drill_subject(first))
        return known.model_answer if known is not None and session.plan.language == "en" else ""

    def reference(self, session: Session, question: Question, sources: Sequence[Source]) -> Reference | None:
        """What the bank holds on a question, for the candidate to hold the answer against."""
        return reference_for(session, question, self._packs, self.lines, sources)

    async def decide(self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis) -> Decided:
        """What comes after this answer, as far as code decides it: which kind of question, how many, and what is planned.

        `turns`: the session's turns so far; the running one may be among them.
        """
        present, intent = session.question, analysis.measured.intent
        if present is None or intent == "finish":
            return Decided(None)
        if intent in ("wait", "start_over", "hear_me", "joke", "insult", "talk"):
            return _fixed(present)
        pack = pack_for(self._packs, session.plan, analysis.context.sources)
        if present.choice and intent in ("skip", "refusal", "dont_know"):
            return await self._draft(
                session, turns, analysis, _Place(present.number, self._place(session.plan, present)), pack
            )
        if intent in ("repeat", "silence", "clarify", "dont_know", "slower", "faster", "hint"):
            again = self._again(session, turns, present, intent, analysis.answer.text)
            if again is not None:
                return _fixed(again)
        at = self.stages(session.plan).place_after(self._place(session.plan, present), _minutes(session))
        if at is None and analysis.measured.only_asks:
            return _fixed(present)
        if at is None:
            early = present.number < present.total
            return Decided(None, farewell=self._data.languages[session.plan.language].time["none"] if early else "")
        place = _Place(present.number + 1, at)
        if (take := self._next_take(session, turns, analysis, place)) is not None:
            return _fixed(take)
        return await self._draft(session, turns, analysis, place, pack)

    async def _draft(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, place: _Place, pack: RolePack
    ) -> Decided:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._drafted, session, turns, analysis, place, pack)

    def _drafted(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, place: _Place, pack: RolePack
    ) -> Decided:
        """A new question. Blocking: compares with what was asked."""
        plan, sources, present = session.plan, analysis.context.sources, session.question
        asked = _asked(session)
        before = [q.plain for q in asked]

        def finished(draft: _Draft) -> Question:
            return self._practised(self._number(draft, plan, place, draft.kind, present), plan, sources)

        if self.stages(plan).stage(place.at).closing:
            return _fixed(finished(_Draft(self._closing(plan, before), "closing")))
        planned = finished(self._planned(session, turns, analysis, place.at, pack))
        planned = self._introduced(planned, plan, asked)
        member = self._data.panel.get(planned.asked_by or "")
        move = NextMove(planned.plain, asked_by=member.persona if member is not None else "")
        if analysis.measured.only_asks and present is not None:  # answered by the rules, the question waits
            return Decided(present, replace(move, may_follow_up=True), planned)
        if not self._may_follow_up(session, analysis, place.at):
            talk = plan.mode in CONVERSATIONS  # an author may go on where the talk goes; the rules know no other way
            return Decided(planned, replace(move, may_follow_up=talk))
        follow_up = self._follow_up(session, analysis, before)
        move = replace(move, may_follow_up=True)
        if follow_up is None:
            return Decided(planned, move)
        return Decided(finished(follow_up), move, planned)

    def worded(self, decided: Decided, proposal: Proposal | None, session: Session) -> Question | None:
        """The question that is asked where an author is at work: its wording where it keeps to what was decided, else
        the planned question."""
        planned = decided.planned or decided.question
        if planned is None or proposal is None or decided.move.fixed:
            return planned
        before = [q.plain for q in _asked(session)]
        if not self._may_ask(proposal.text, before):
            return planned
        if not proposal.follow_up:
            if not self._means_the_same(planned.plain, proposal.text):
                return planned
            citations = [*planned.citations, *(c for c in proposal.citations if c not in planned.citations)]
            return planned.model_copy(update={"text": proposal.text, "lead": "", "citations": citations})
        if not decided.move.may_follow_up or session.question is None:
            return planned
        draft = _Draft(proposal.text, "follow_up", session.question.competency, proposal.citations)
        place = _Place(planned.number, self._place(session.plan, planned))
        return self._number(draft, session.plan, place, "follow_up", session.question)

    def timed(self, question: Question, session: Session) -> Question:
        """A question with a word on the time before it, where that is nearly up and nobody has said so yet."""
        if question.choice or any(q.question_id == question.question_id for q in session.asked):
            return question
        left = self.stages(session.plan).time_left(_minutes(session))
        if left is None or any(q.time_left in (left, "none") for q in session.asked):
            return question
        word = self._data.languages[session.plan.language].time[left]
        lead = f"{word} {question.lead}".rstrip()
        return question.model_copy(update={"text": f"{word} {question.text}", "lead": lead, "time_left": left})

    def said_again(self, question: Question, text: str | None) -> Question:
        """The question as an author puts it once more, where that may be asked."""
        return question if text is None or unsuitable(text) else question.model_copy(update={"text": text, "lead": ""})

    def _means_the_same(self, planned: str, worded: str) -> bool:
        """Whether a wording still asks what was planned; without an embedder, the planned words are used."""
        if self._embedder is None:
            return planned == worded
        one, other = self._embedder.embed([planned, worded])
        return float(np.dot(one, other)) >= _SAME_QUESTION

    def choice(self, session: Session) -> Question | None:
        """How to go on, asked under the present number; the question that led there is not asked again."""
        if session.question is None:
            return None
        text = line("choice", session.plan.language)
        plain: dict[str, object] = {
            "citations": [],
            "lead": "",
            "probe": None,
            "hints": [],
            "time_limit_s": None,
            "goal": None,
            "time_left": None,
        }
        fresh = {"question_id": uuid.uuid4().hex, "kind": "clarify", "text": text, "choice": True}
        return session.question.model_copy(update={**plain, **fresh})

    def stages(self, plan: SessionPlan) -> StagePlan:
        """The stage of every question of a session, and how long all of it may take."""
        return plan_stages(self._mode(plan), plan.question_count, plan.minutes or None)

    def minutes(self, plan: SessionPlan) -> float:
        """How long an interview may take: what was asked for, else, in practice as in a real one, what its mode takes for so
        many questions; 0: as long as it takes."""
        if plan.minutes is not None:
            return plan.minutes
        return self._mode(plan).minutes_per_question * plan.question_count if plan.practice == "interview" else 0

    def _place(self, plan: SessionPlan, question: Question) -> int:
        """The place of a question in the plan of stages; its total tells how many before it were left out."""
        return question.number + self.stages(plan).total - question.total

    # --- the same question again -------------------------------------------------------------------------------------

    def _again(
        self, session: Session, turns: Sequence[TurnRecord], present: Question, intent: Intent, said: str
    ) -> Question | None:
        """The present question once more, or more simply, or with a way in; None: move on. `said`: how it was asked for."""
        if intent == "silence" or (present.choice and intent != "dont_know"):
            return present
        if intent in ("repeat", "slower", "faster"):
            return present.model_copy(update={"kind": "clarify", "text": present.plain, "lead": ""})
        original = next((q for q in session.asked if q.question_id == present.question_id), present)
        language = self._other_language(session.plan)
        if language is not None:
            if present.text != original.text:
                return None if intent == "dont_know" else present
            text: str | None = language.easier.format(question=original.plain)
        else:
            if intent == "dont_know" and (_asked_for_help(present, turns) or original.kind == "closing"):
                return None
            wanted = help_wanted(intent, said)
            talk = session.plan.mode in CONVERSATIONS
            text = helped(
                original,
                present.text,
                self._packs,
                self.lines,
                wanted,
                talk=talk,
                less=session.plan.difficulty == "hard",
            )
        return present if text is None else present.model_copy(update={"kind": "clarify", "text": text, "lead": ""})

    # --- a new question ----------------------------------------------------------------------------------------------

    def _planned(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, at: int, pack: RolePack
    ) -> _Draft:
        """The next main question: one that an author has planned, a requirement that nothing has shown yet, else the
        bank's."""
        plan = session.plan
        stage = self.stages(plan).stage(at)
        asked = _asked(session)
        by = self._asks_next(plan, asked)
        if (own := self._from_plan(plan, stage, session.planned, turns, asked, by)) is not None:
            return own
        if stage.bank == "conversation":
            return self._from_bank(plan, stage, at, pack, turns, asked, by)
        said = [*(t.transcript.text for t in told(turns) if t.transcript), analysis.answer.text]
        level = wanted_difficulty(plan, at, self.stages(plan).total, turns)
        if plan.difficulty != "medium":  # what is as hard as it should be, of a document and of the bank in turn
            found = self._from_retrieved(plan, stage, level, session.retrieved, asked, said, by, exactly=True)
            main = [q for q in asked if q.kind != "follow_up"]
            if found is None and main and any(c.source == "document" for c in main[-1].citations):
                found = self._of_bank(level, pack, stage, asked, by, exactly=True)
            if found is not None:
                return found
        found = self._from_retrieved(plan, stage, level, session.retrieved, asked, said, by)
        return found if found is not None else self._from_bank(plan, stage, at, pack, turns, asked, by)

    def _from_retrieved(
        self,
        plan: SessionPlan,
        stage: StageSpec,
        level: Difficulty,
        retrieved: Sequence[PlannedQuestion],
        asked: Sequence[Question],
        said: Sequence[str],
        by: PanelMember | None = None,
        *,
        exactly: bool = False,
    ) -> _Draft | None:
        """The next question over the posting or the resume that belongs to this stage, as hard as wanted or nearly so;
        None: no more. `exactly`: no other over the posting.

        One in four is about the resume. A line that an answer has spoken to is not asked about. A panel member who has just
        asked over a document asks over one again only where the question is a concern of theirs.
        """
        if stage.closing or "intro" in stage.categories:
            return None
        before = [q.plain for q in asked]
        cited = {(c.document_id, c.char_start) for q in asked for c in q.citations}
        main = [q for q in asked if q.kind != "follow_up"]
        of_resumes = sum(any(c.citation_id.startswith("R") for c in q.citations) for q in main)
        resume_is_due = of_resumes < (len(main) + _ONE_IN - 1) // _ONE_IN
        kinds = stage.categories or ["behavioral"]
        technical = kinds == ["technical"]  # the knowledge of the field comes first
        fitting = [
            q
            for q in retrieved
            if (stage.requirements or (of_resume(q) and stage.follow_ups and not technical))
            and (q.anywhere or q.kind in kinds)
            and (of_resume(q) or (q.difficulty == level if exactly else {q.difficulty, plan.difficulty} != _OPPOSITE))
            and not (_own_is_due(by, main) and _concern(by, q.kind, q.competency) > 0)
        ]
        pieces = [piece.text for text in said for piece in sentences(text)]

        def order(question: PlannedQuestion) -> tuple[bool, bool, int, int]:
            far, points = apart(question.difficulty, level), question.anywhere and not of_resume(question)
            return of_resume(question) != resume_is_due, points, _concern(by, question.kind, question.competency), far

        for question in sorted(fitting, key=order):
            if of_resume(question) != resume_is_due and of_resume(question):
                continue
            if any((c.document_id, c.char_start) in cited for c in question.citations):
                continue
            if already_asked(question.text, before, self._embedder):
                continue
            if not of_resume(question) and self.search.spoken_to(question.citations[0].quote, pieces):
                continue
            return _Draft(question.text, competency=question.competency, citations=tuple(question.citations))
        return None

    def _from_plan(
        self,
        plan: SessionPlan,
        stage: StageSpec,
        planned: Sequence[PlannedQuestion],
        turns: Sequence[TurnRecord],
        asked: Sequence[Question],
        by: PanelMember | None = None,
    ) -> _Draft | None:
        """The next planned question of a kind that belongs to this stage, in the order of the plan; None: no more.

        `by`: the panel member who asks. A very hard one waits for who finds it hard, and the other way
        round.
        """
        if stage.bank == "conversation" or stage.closing:
            return None
        before = [q.plain for q in asked]
        cited = {(c.document_id, c.char_start) for q in asked for c in q.citations}
        level = adapted(plan.difficulty, turns)
        kinds = stage.categories or ["behavioral"]
        fitting = [q for q in planned if q.kind in kinds and {q.difficulty, level} != {"easy", "hard"}]
        for question in sorted(fitting, key=lambda q: _concern(by, q.kind, q.competency)):
            asked_before = any((c.document_id, c.char_start) in cited for c in question.citations)
            if not asked_before and self._may_ask(question.text, before):
                return _Draft(question.text, competency=question.competency, citations=tuple(question.citations))
        return None

    def _may_follow_up(self, session: Session, analysis: Analysis, at: int) -> bool:
        """Whether the mode's policy, the stage, the budget and the time allow a follow-up, at this place, on the answer just
        given."""
        plan, present = session.plan, session.question
        measured = analysis.measured
        if present is None or measured.intent is not None or measured.concern is not None or measured.told is not None:
            return False
        original = next((q for q in session.asked if q.question_id == present.question_id), present)
        here = self.stages(plan)
        asked = _asked(session)
        in_a_row = sum(1 for _ in takewhile(lambda q: q.kind == "follow_up", reversed(asked)))
        pressed = plan.difficulty == "hard" and plan.mode not in CONVERSATIONS  # then an answer to one is asked on
        if original.kind == "closing" or in_a_row >= (2 if pressed else 1) or plan.practice == "drill":
            return False
        answered_at = self._place(plan, present)
        if not (here.stage(at).follow_ups and here.stage(answered_at).follow_ups):
            return False
        if here.time_is_short(answered_at, _minutes(session)):
            return False
        most = math.ceil(plan.question_count * _MOST_FOLLOW_UPS[plan.difficulty])
        if sum(q.kind == "follow_up" for q in asked) >= most:
            return False
        return bool(self._mode(plan).follow_up[plan.difficulty])

    def _follow_up(self, session: Session, analysis: Analysis, before: list[str]) -> _Draft | None:
        """The rules' follow-up on the answer just given; None where they have nothing to ask."""
        plan, present = session.plan, session.question
        assert present is not None  # _may_follow_up
        mode = self._mode(plan)
        language = self._data.languages[plan.language]
        if plan.mode in CONVERSATIONS:
            text = next((t for t in language.tell_more if t not in before), None)
            return _Draft(text, "follow_up", present.competency, probe="tell_more") if text else None
        if plan.language != "en":
            text = next((t for t in language_follow_ups(language, analysis) if t not in before), None)
            return _Draft(text, "follow_up", present.competency, probe="deeper") if text else None
        told_once = any(q.probe == "claim" for q in _asked(session))
        probes = [p for p in mode.follow_up[plan.difficulty] if p != "claim" or not told_once]
        about = next((q for q in reversed(_asked(session)) if q.kind != "follow_up"), present)
        known = self._packs.question(drill_subject(about))
        pressed = present.kind == "follow_up"
        for found in follow_ups(probes, analysis, known, self.lines, self.search, only_own=pressed):
            if self._may_ask(found.text, before):
                return _follow_up_draft(found, present)
        return None

    def _practised(self, question: Question, plan: SessionPlan, sources: Sequence[Source]) -> Question:
        """The question with what the chosen practice adds to it. Hints are written in English."""
        if plan.practice == "study" and plan.language == "en":
            found = hints(question, self._packs.question(question.text), sources, plan.difficulty)
            return question.model_copy(update={"hints": found})
        if plan.practice == "drill" and question.kind != "closing":
            return self._drilled(question, plan, DRILL_LIMITS_S[0])
        return question

    def _drilled(self, question: Question, plan: SessionPlan, limit_s: int) -> Question:
        """A question of a drill, with its time where that is what is trained, and what the answer has to do."""
        if plan.drill == "ladder":
            question = question.model_copy(update={"time_limit_s": limit_s})
        if plan.language != "en":
            return question
        return question.model_copy(update={"goal": drill_goal(plan.drill, question)})

    def _next_take(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, place: _Place
    ) -> Question | None:
        """In a drill: the same story again, until it passes or has been tried enough; None: on to the next one."""
        plan, present = session.plan, session.question
        if plan.practice != "drill" or plan.language != "en" or present is None or present.kind == "closing":
            return None
        if analysis.not_scored_because is not None:
            return None
        asked = _asked(session)
        if plan.drill == "ladder":
            gate = gate_of(plan, present, analysis, turns)
            limit_s = drill_limit(present, bool(gate.passed), asked) if gate is not None else None
            return self._take(session, place, drill_text(present, limit_s), limit_s) if limit_s is not None else None
        if plan.drill == "result_first":
            gate = gate_of(plan, present, analysis, turns)
            tries = sum(drill_subject(q) == drill_subject(present) for q in asked)
            again = gate is not None and not gate.passed and tries < MOST_TRIES
            return self._take(session, place, result_first_text(present)) if again else None
        said = result_sentence(analysis)
        text = challenge(said.text if said is not None else None, asked, present)
        return self._take(session, place, text, said=said) if text is not None else None

    def _take(
        self, session: Session, place: _Place, text: str, limit_s: int = DRILL_LIMITS_S[0], said: Span | None = None
    ) -> Question:
        """The next take of a drill. `said`: the words of the answer that its question quotes."""
        plan, present = session.plan, session.question
        assert present is not None
        cited = (
            (_cite_answer(said), *present.citations) if said is not None and said.text in text else present.citations
        )
        draft = _Draft(text, "follow_up", present.competency, tuple(cited))
        return self._drilled(self._number(draft, plan, place, "follow_up", present), plan, limit_s)

    def _may_ask(self, text: str, before: list[str]) -> bool:
        return unsuitable(text) is None and not already_asked(text, before, self._embedder)

    def _from_bank(
        self,
        plan: SessionPlan,
        stage: StageSpec,
        at: int,
        pack: RolePack,
        turns: Sequence[TurnRecord],
        asked: Sequence[Question],
        by: PanelMember | None = None,
    ) -> _Draft:
        before = [q.plain for q in asked]
        if (texts := self._in_language(plan, stage, by)) is not None:
            text = next((t for t in texts if not already_asked(t, before, None)), None)
            if text is not None:
                return _Draft(text)
        level = wanted_difficulty(plan, at, self.stages(plan).total, turns)
        found = self._of_bank(level, pack, stage, asked, by)
        # Every known question was asked: only possible with small packs of one's own.
        last = f"What else from your work, part {len(before) + 1} of this talk, should we hear about?"
        return found if found is not None else _Draft(last)

    def _of_bank(
        self,
        level: Difficulty,
        pack: RolePack,
        stage: StageSpec,
        asked: Sequence[Question],
        by: PanelMember | None = None,
        *,
        exactly: bool = False,
    ) -> _Draft | None:
        """The first question of the bank for a stage that has not been asked. `exactly`: as hard as wanted, and of a kind
        that belongs to the stage."""
        before = [q.plain for q in asked]
        cited = {(c.document_id, c.char_start) for q in asked for c in q.citations}
        embedder = self._embedder if asked else None
        for home, question in bank(self._packs, pack, stage, level, by):
            if exactly and (question.difficulty != level or question.category not in stage.categories):
                continue
            if (home.document_id, question.char_start) in cited or already_asked(question.text, before, embedder):
                continue
            return _Draft(question.text, competency=question.competency, citations=(cite_bank(home, question),))
        return None

    # --- words -------------------------------------------------------------------------------------------------------

    def _closing(self, plan: SessionPlan, before: Sequence[str]) -> str:
        """How the candidate is asked for questions of their own at the end."""
        texts = self._data.languages[plan.language].closing if plan.language != "en" else self.lines.about["Closing"]
        fresh = [t for t in texts if t not in before] or list(texts)
        return fresh[sum(map(len, before)) % len(fresh)]

    def _number(
        self, draft: _Draft, plan: SessionPlan, place: _Place, kind: QuestionKind, present: Question | None = None
    ) -> Question:
        return Question(
            question_id=uuid.uuid4().hex,
            number=place.number,
            total=self.stages(plan).total - place.at + place.number,
            text=draft.text,
            kind=kind,
            competency=draft.competency,
            stage=self.stages(plan).stage(place.at).name,
            asked_by=self._asker(plan, place.number, kind, present),
            citations=list(draft.citations),
            probe=draft.probe,
        )

    # --- what the plan says ------------------------------------------------------------------------------------------

    def _mode(self, plan: SessionPlan) -> ModeSpec:
        return self._data.modes[plan.mode]

    def _other_language(self, plan: SessionPlan) -> LanguageSpec | None:
        return self._data.languages.get(plan.language) if plan.language != "en" else None

    def _in_language(self, plan: SessionPlan, stage: StageSpec, by: PanelMember | None) -> list[str] | None:
        """What is asked at this stage of a talk, or beyond English, in which the bank is written; None: the bank asks."""
        language = self._data.languages[plan.language]
        if stage.bank == "conversation":
            return language.conversation
        if plan.language == "en":
            return None
        own = list(stage.categories) or ["behavioral"]
        kinds = sorted(own, key=lambda kind: by is not None and kind not in by.categories)
        return [
            t for kind in dict.fromkeys([*kinds, *get_args(Category)]) for t in language.of_kind(kind)
        ] + language.conversation

    def _asker(self, plan: SessionPlan, number: int, kind: QuestionKind, present: Question | None) -> str | None:
        members = [name for name in plan.panel if name in self._data.panel]
        if not members:
            return None
        if kind == "follow_up" and present is not None and present.asked_by in members:
            return present.asked_by
        if present is None or present.asked_by not in members:
            return members[(number - 1) % len(members)]
        return members[(members.index(present.asked_by) + 1) % len(members)]

    def _asks_next(self, plan: SessionPlan, asked: Sequence[Question]) -> PanelMember | None:
        """The panel member whose turn the next main question is."""
        name = self._asker(plan, len(asked) + 1, "main", asked[-1] if asked else None)
        return self._data.panel[name] if name else None

    def _introduced(self, question: Question, plan: SessionPlan, asked: Sequence[Question]) -> Question:
        """The question with a word of who asks it, where a panel member asks for the first time."""
        member = self._data.panel.get(question.asked_by or "")
        if member is None or plan.language != "en" or any(q.asked_by == member.name for q in asked):
            return question
        lead = member.opens[len(question.text) % len(member.opens)]
        return question.model_copy(update={"text": f"{lead} {question.text}", "lead": lead})


def _concern(by: PanelMember | None, kind: Category, competency: str | None) -> int:
    """0 for what a panel member cares about, 1 for another question of their kinds, 2 for all others."""
    if by is None:
        return 0
    return 2 if kind not in by.categories else int(competency not in by.competencies)


def _own_is_due(by: PanelMember | None, main: Sequence[Question]) -> bool:
    """Whether the last main question of a panel member was over a document, so that one of their own comes next."""
    last = next((q for q in reversed(main) if by is not None and q.asked_by == by.name), None)
    return last is not None and any(c.source == "document" for c in last.citations)


def _minutes(session: Session) -> float:
    """How long an interview has taken so far."""
    return session.elapsed_s(clock.now()) / 60


def _asked(session: Session) -> list[Question]:
    """Every question once, as it was first asked, the present one included."""
    present = [session.question] if session.question is not None else []
    return list({q.question_id: q for q in reversed([*session.asked, *present])}.values())[::-1]


def _asked_for_help(present: Question, turns: Sequence[TurnRecord]) -> bool:
    """Whether the candidate has said before that they do not know what to say to this question."""
    return any(
        t.question.question_id == present.question_id and t.feedback is not None and t.feedback.intent == "dont_know"
        for t in turns
        if t.outcome != "running"
    )


def _follow_up_draft(found: FollowUp, present: Question) -> _Draft:
    citations = (_cite_answer(found.about),) if found.about is not None else ()
    return _Draft(found.text, "follow_up", present.competency, citations, found.probe)


def _cite_answer(said: Span) -> Citation:
    return Citation(
        citation_id="A1",
        source="answer",
        title="Your answer",
        quote=said.text,
        char_start=said.start,
        char_end=said.end,
    )


def _intro_competency(pack: RolePack) -> str | None:
    names = [c.name for c in pack.competencies]
    return "motivation" if "motivation" in names else None
