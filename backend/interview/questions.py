"""What to ask next: the weakest part of the answer, the job's unproven requirements, the bank. Never twice."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from backend.coaching.answer import Span
from backend.coaching.coach import Analysis, Notice, Say, Source
from backend.coaching.feedback import Requirement
from backend.errors import AppError
from backend.interview.asked import already_asked
from backend.interview.briefing import make_briefing
from backend.interview.follow_ups import FollowUp, follow_ups
from backend.interview.gates import gate_of, result_sentence
from backend.interview.help_lines import easier, simpler
from backend.interview.main_questions import (
    CLOSING,
    adapted,
    bank,
    cite_bank,
    for_place,
    opening_text,
    pack_for,
    place_of,
)
from backend.interview.memory import told
from backend.interview.modes import InterviewData, LanguageSpec, ModeSpec, Probe, StageSpec
from backend.interview.phrases import requirement_questions
from backend.interview.practices import (
    DRILL_LIMITS_S,
    MOST_TRIES,
    challenge,
    challenged,
    drill_goal,
    drill_limit,
    drill_subject,
    drill_text,
    hints,
    result_first_text,
)
from backend.interview.question import Question, QuestionKind
from backend.interview.requirement_choice import cite, next_requirement
from backend.interview.session import Session, SessionPlan
from backend.interview.stages import StagePlan, plan_stages
from backend.interview.suitable import unsuitable
from backend.interview.turn_record import TurnRecord
from backend.interview.wording import Bounds, worded
from backend.jobs.role_packs import Category, RolePack, RolePacks
from backend.llm.ports import ChatModel
from backend.llm.prompts import Briefing, PromptBook
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

Grounding = Callable[[Analysis], Callable[[str], bool]]
"""Makes, for one turn, the check whether a sentence rests on known facts alone."""
_FOLLOW_UP_PROMPT = "interviewer_follow_up"
_WORDED: frozenset[Probe] = frozenset({"missing", "weak", "ownership"})
"""Follow-ups that a small model can make more specific; asked for examples or trade-offs it does worse than we do."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question without a number. `aim` is set where a language model may word it better than `text` does.

    That is: a follow-up that names nothing from the answer. One that says the candidate's own words back, and a bank
    question, is better than what a small model makes of it, and costs no time.
    """

    text: str
    kind: QuestionKind = "main"
    competency: str | None = None
    citations: tuple[Citation, ...] = ()
    aim: str = ""
    probe: Probe | None = None


class Interviewer:
    """Asks one question at a time, each grounded and never twice.

    `question_count` counts every question asked, follow-ups included; saying a question again or more simply does not
    count. `say` receives the final question only: a model's wording is checked before a word of it is said.
    """

    def __init__(
        self,
        chat: ChatModel | None,
        prompts: PromptBook,
        packs: RolePacks | None = None,
        embedder: Embedder | None = None,
        grounding: Grounding | None = None,
        data: InterviewData | None = None,
        let_model_word: bool = False,
    ) -> None:
        """`let_model_word`: follow-ups that name nothing from the answer are worded by the language model.

        Off by default: read side by side, the embedded 1.5B model's questions were no better than ours (it asked for
        what had been said, or joined things that do not belong together), and they cost the turn a second.
        """
        self._chat = chat
        self._prompts = prompts
        self._packs = packs if packs is not None else RolePacks()
        self._embedder = embedder
        self._grounding = grounding
        self._let_model_word = let_model_word
        self._data = data if data is not None else InterviewData()
        self._thread = ThreadPoolExecutor(1, "questions")

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages an interview can be held in."""
        return frozenset(self._data.languages)

    # --- the three things the product asks for -----------------------------------------------------------------------

    def opening(
        self,
        plan: SessionPlan,
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        again: Question | None = None,
    ) -> Question:
        """The first question; immediate, no model. `again`: a question of before that is to be asked once more."""
        if again is not None:
            known = {s.document_id for s in sources}
            cited = tuple(c for c in again.citations if c.document_id in known)
            draft = _Draft(drill_subject(again), competency=again.competency, citations=cited)
            return self._practised(self._number(draft, plan, 1, "opening"), plan, sources)
        stage = self.stages(plan).stage(1)
        pack = pack_for(self._packs, plan, sources)
        found = None if self._conversation(plan, stage) else opening_text(plan, stage, requirements)
        if isinstance(found, tuple):
            draft = _Draft(found[0], citations=(found[1],))
        elif found is not None:
            draft = _Draft(found, competency=_intro_competency(pack))
        else:
            draft = self._from_bank(plan, stage, pack, (), ())
            if self._conversation(plan, stage) is None and (place := place_of(plan)):
                draft = replace(draft, text=for_place(place, draft.text))
        return self._practised(self._number(draft, plan, 1, "opening"), plan, sources)

    def key_points(self, question: Question) -> tuple[str, ...]:
        """What a full answer to a bank question covers; empty for other questions."""
        return next((points for pack in self._packs.all() if (points := pack.points_for(question.text))), ())

    def briefing(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        answer_text: str,
    ) -> Briefing:
        """The shared prompt of a turn, stable part first, within the prompt budget."""
        persona = self._mode(session.plan).persona
        return make_briefing(self._prompts, persona, session, turns, requirements, sources, answer_text)

    async def next_question(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        analysis: Analysis,
        *,
        briefing: Briefing,
        say: Say,
        notice: Notice,
    ) -> Question | None:
        """Say the next question, then return it; None when the interview is over.

        `turns`: the session's turns so far; the running one may be among them. Never raises for a failing model: that
        is a `notice`, and the question made without it is asked.
        """
        present, intent = session.question, analysis.measured.intent
        if present is None or intent == "finish":
            return None
        if intent == "wait":
            return present
        pack = pack_for(self._packs, session.plan, analysis.context.sources)
        if intent in ("repeat", "silence", "clarify", "dont_know", "slower", "faster"):
            again = self._again(session, turns, present, intent, pack)
            if again is not None:
                await say(again.text)
                return again
        number = present.number + 1
        if number > present.total:
            return None
        if (take := self._next_take(session, analysis, number)) is not None:
            await say(take.text)
            return take
        loop = asyncio.get_running_loop()
        draft = await loop.run_in_executor(self._thread, self._draft, session, turns, analysis, number, pack)
        text = await self._word(draft, session, analysis, briefing, notice)
        question = self._number(replace(draft, text=text), session.plan, number, draft.kind, present)
        question = self._practised(question, session.plan, analysis.context.sources)
        await say(question.text)
        return question

    def stages(self, plan: SessionPlan) -> StagePlan:
        """The stage of every question of a session."""
        return plan_stages(self._mode(plan), plan.question_count)

    # --- the same question again -------------------------------------------------------------------------------------

    def _again(
        self, session: Session, turns: Sequence[TurnRecord], present: Question, intent: str, pack: RolePack
    ) -> Question | None:
        """The present question once more, or more simply, or with a way in; None: move on."""
        if intent == "silence":
            return present
        if intent in ("repeat", "slower", "faster"):
            return present.model_copy(update={"kind": "clarify"})
        original = next((q for q in session.asked if q.question_id == present.question_id), present)
        language = self._other_language(session.plan)
        if language is not None:
            if present.text != original.text:
                return None if intent == "dont_know" else present
            text = language.easier.format(question=original.text)
        elif intent == "clarify":
            known = (
                original.model_copy(update={"text": present.text})
                if present.text.startswith("Put simply")
                else original
            )
            text = simpler(known, pack)
        else:
            text = easier(original, pack)
            helped = any(
                t.question.question_id == present.question_id
                and t.feedback is not None
                and t.feedback.intent == "dont_know"
                for t in turns
                if t.outcome != "running"
            )
            if helped or present.text == text or original.kind == "closing":
                return None
        return present.model_copy(update={"kind": "clarify", "text": text})

    # --- a new question ----------------------------------------------------------------------------------------------

    def _draft(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, number: int, pack: RolePack
    ) -> _Draft:
        """What to ask as question `number`. Blocking: compares with what was asked."""
        plan = session.plan
        stage = self.stages(plan).stage(number)
        asked = _asked(session)
        before = [q.text for q in asked]
        if stage.closing:
            return _Draft(next((c for c in CLOSING if c not in before), CLOSING[0]), "closing")
        follow_up = self._follow_up(session, analysis, number, before)
        if follow_up is not None:
            return follow_up
        language = self._conversation(plan, stage)
        if stage.requirements and language is None:
            answers = [*(t.transcript.text for t in told(turns) if t.transcript), analysis.answer.text]
            found = next_requirement(session.requirements, asked, answers, self._embedder)
            if found is not None:
                place, requirement, wanted = found
                texts = requirement_questions(wanted)
                texts = texts[number % len(texts) :] + texts[: number % len(texts)]
                text = next((t for t in texts if self._may_ask(t, before)), None)
                if text is not None:
                    return _Draft(text, citations=(cite(place, requirement),))
        prefer = self._panel_categories(plan, asked)
        return self._from_bank(plan, stage, pack, turns, asked, prefer)

    def _follow_up(self, session: Session, analysis: Analysis, number: int, before: list[str]) -> _Draft | None:
        """A follow-up on the answer just given, if the mode's policy, the stage and the budget allow one."""
        plan, present = session.plan, session.question
        if present is None or analysis.measured.intent is not None:
            return None
        original = next((q for q in session.asked if q.question_id == present.question_id), present)
        here = self.stages(plan)
        if original.kind in ("follow_up", "closing") or plan.practice == "drill":
            return None
        if not (here.stage(number).follow_ups and here.stage(present.number).follow_ups):
            return None
        follow_ups_so_far = sum(q.kind == "follow_up" for q in _asked(session))
        if follow_ups_so_far + 1 > (plan.question_count + 1) // 2:
            return None
        mode = self._mode(plan)
        language = self._other_language(plan)
        if language is not None:
            text = next((t for t in language.tell_more if t not in before), None)
            return _Draft(text, "follow_up", present.competency) if text and mode.follow_up[plan.difficulty] else None
        told_once = any(q.probe == "claim" for q in _asked(session))
        probes = [p for p in mode.follow_up[plan.difficulty] if p != "claim" or not told_once]
        for found in follow_ups(probes, analysis):
            text = next((t for t in found.texts if self._may_ask(t, before)), None)
            if text is not None:
                return _follow_up_draft(found, text, present)
        return None

    def _practised(self, question: Question, plan: SessionPlan, sources: Sequence[Source]) -> Question:
        """The question with what the chosen practice adds to it. Hints are written in English."""
        if plan.practice == "study" and plan.language == "en":
            found = hints(question, self.key_points(question), sources)
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

    def _next_take(self, session: Session, analysis: Analysis, number: int) -> Question | None:
        """In a drill: the same story again, until it passes or has been tried enough; None: on to the next one."""
        plan, present = session.plan, session.question
        if plan.practice != "drill" or plan.language != "en" or present is None or present.kind == "closing":
            return None
        if analysis.not_scored_because is not None:
            return None
        asked = _asked(session)
        if plan.drill == "ladder":
            limit_s = drill_limit(present, analysis.answer, asked) if present.time_limit_s is not None else None
            return self._take(session, number, drill_text(present, limit_s), limit_s) if limit_s is not None else None
        gate = gate_of(plan, present, analysis)
        if plan.drill == "result_first":
            tries = sum(drill_subject(q) == drill_subject(present) for q in asked)
            again = gate is not None and not gate.passed and tries < MOST_TRIES
            return self._take(session, number, result_first_text(present)) if again else None
        if challenged(present) and (gate is None or gate.passed):
            return None
        said = result_sentence(analysis)
        text = challenge(said.text if said is not None else None, asked, present)
        return self._take(session, number, text, said=said) if text is not None else None

    def _take(
        self, session: Session, number: int, text: str, limit_s: int = DRILL_LIMITS_S[0], said: Span | None = None
    ) -> Question:
        """The next take of a drill. `said`: the words of the answer that its question quotes."""
        plan, present = session.plan, session.question
        assert present is not None
        cited = (
            (_cite_answer(said), *present.citations) if said is not None and said.text in text else present.citations
        )
        draft = _Draft(text, "follow_up", present.competency, tuple(cited))
        return self._drilled(self._number(draft, plan, number, "follow_up", present), plan, limit_s)

    def _may_ask(self, text: str, before: list[str]) -> bool:
        return unsuitable(text) is None and not already_asked(text, before, self._embedder)

    def _from_bank(
        self,
        plan: SessionPlan,
        stage: StageSpec,
        pack: RolePack,
        turns: Sequence[TurnRecord],
        asked: Sequence[Question],
        prefer: Sequence[Category] = (),
    ) -> _Draft:
        before = [q.text for q in asked]
        cited = {(c.document_id, c.char_start) for q in asked for c in q.citations}
        embedder = self._embedder if asked else None
        language = self._conversation(plan, stage)
        if language is not None:
            text = next((t for t in language.conversation if not already_asked(t, before, None)), None)
            if text is not None:
                return _Draft(text)
        for home, question in bank(self._packs, pack, stage, adapted(plan.difficulty, turns), prefer):
            if (home.document_id, question.char_start) in cited:
                continue
            if not already_asked(question.text, before, embedder):
                return _Draft(question.text, competency=question.competency, citations=(cite_bank(home, question),))
        # Every known question was asked: only possible with small packs of one's own.
        return _Draft(f"What else from your work, part {len(before) + 1} of this talk, should we hear about?")

    # --- words -------------------------------------------------------------------------------------------------------

    async def _word(
        self, draft: _Draft, session: Session, analysis: Analysis, briefing: Briefing, notice: Notice
    ) -> str:
        """The model's wording where there is a model and it passes every check, else the draft's own."""
        if self._chat is None or not self._let_model_word or not draft.aim:
            return draft.text
        instruction = (briefing.prompts or self._prompts).get(_FOLLOW_UP_PROMPT).render(aim=draft.aim)
        bounds = Bounds(
            answer=analysis.answer.text,
            question=analysis.answer.question,
            texts=(analysis.answer.text, analysis.answer.question, draft.text),
            asked=tuple(q.text for q in _asked(session)),
            grounded=self._grounding(analysis) if self._grounding is not None else None,
        )
        try:
            text = await worded(self._chat, briefing, instruction, bounds, self._embedder)
        except AppError as error:
            await notice(error)
            return draft.text
        return text if text is not None else draft.text

    def _number(
        self, draft: _Draft, plan: SessionPlan, number: int, kind: QuestionKind, present: Question | None = None
    ) -> Question:
        return Question(
            question_id=uuid.uuid4().hex,
            number=number,
            total=self.stages(plan).total,
            text=draft.text,
            kind=kind,
            competency=draft.competency,
            stage=self.stages(plan).stage(number).name,
            asked_by=self._asker(plan, number, kind, present),
            citations=list(draft.citations),
            probe=draft.probe,
        )

    # --- what the plan says ------------------------------------------------------------------------------------------

    def _mode(self, plan: SessionPlan) -> ModeSpec:
        return self._data.modes[plan.mode]

    def _other_language(self, plan: SessionPlan) -> LanguageSpec | None:
        return self._data.languages.get(plan.language) if plan.language != "en" else None

    def _conversation(self, plan: SessionPlan, stage: StageSpec) -> LanguageSpec | None:
        """The language whose conversation bank is used: in language practice, free talk, and outside English."""
        if stage.bank == "conversation" or plan.language != "en":
            return self._data.languages.get(plan.language)
        return None

    def _asker(self, plan: SessionPlan, number: int, kind: QuestionKind, present: Question | None) -> str | None:
        members = [name for name in plan.panel if name in self._data.panel]
        if not members:
            return None
        if kind == "follow_up" and present is not None and present.asked_by in members:
            return present.asked_by
        if present is None or present.asked_by not in members:
            return members[(number - 1) % len(members)]
        return members[(members.index(present.asked_by) + 1) % len(members)]

    def _panel_categories(self, plan: SessionPlan, asked: Sequence[Question]) -> list[Category]:
        name = self._asker(plan, len(asked) + 1, "main", asked[-1] if asked else None)
        return list(self._data.panel[name].categories) if name else []


def _asked(session: Session) -> list[Question]:
    """Every question once, as it was first asked, the present one included."""
    present = [session.question] if session.question is not None else []
    return list({q.question_id: q for q in reversed([*session.asked, *present])}.values())[::-1]


def _follow_up_draft(found: FollowUp, text: str, present: Question) -> _Draft:
    citations = (_cite_answer(found.about),) if found.about is not None else ()
    aim = found.aim if found.about is None and found.probe in _WORDED else ""
    return _Draft(text, "follow_up", present.competency, citations, aim, found.probe)


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
