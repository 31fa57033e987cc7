"""What to ask next: the weakest part of the answer, the job's unproven requirements, the role's question bank."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import aclosing

import numpy as np

from backend.coaching.coach import Analysis, Notice, Say, Source
from backend.coaching.feedback import Requirement, StarPart
from backend.coaching.job_fit import match_strength
from backend.coaching.text import word_count
from backend.errors import LlmError
from backend.interview.briefing import Briefer
from backend.interview.fairness import is_fair
from backend.interview.modes import Modes
from backend.interview.question import Question, QuestionKind
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import GENERAL, BankQuestion, RolePack, RolePacks
from backend.llm.ports import ChatModel
from backend.llm.prompts import Briefing, PromptBook
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

MOST_WORDS = 34
TOO_SIMILAR = 0.86
_PROVEN = 0.5
"""Share of a requirement's meaningful words in the answers from which it counts as shown."""

_FOCUS: dict[StarPart, str] = {
    "result": "what came of it in the end, and how that could be seen",
    "action": "what the speaker did personally, step by step",
    "task": "what the speaker's own part in it was",
    "situation": "where and when this happened, and why it mattered",
}
_TEMPLATES: dict[StarPart, tuple[str, ...]] = {
    "result": (
        "What changed in the end, and how could you tell?",
        "How did it turn out, in numbers if you have them?",
        "What was different afterwards for the people concerned?",
    ),
    "action": (
        "What exactly did you do yourself, step by step?",
        "Which of those steps were yours, and what did you do first?",
        "If I had watched you, what would I have seen you do?",
    ),
    "task": (
        "What was your own part in it, and what was expected of you?",
        "Who had asked you to do that, and what were you supposed to achieve?",
    ),
    "situation": (
        "Where and when was that, and why did it matter?",
        "What was going on at the time, and who was concerned?",
    ),
}
_MEASURE = ("How big was that change, in numbers or in time?", "How do you know that it worked?")
_PUSH = (
    "What would you do differently if you had to do it again?",
    "What was the hardest decision in it, and what did you give up for it?",
    "Who saw it differently at the time, and what did you do about that?",
)
_EASIER = (
    "Let us make it smaller: what is one ordinary moment at work or school that comes near to this?",
    "Let us try it another way: who would you have asked for help, and what would you have tried first?",
    "Then tell me how you would go about it if it happened tomorrow, would you?",
)
_REQUIREMENT = (
    "The job asks for this: {what}. Can you tell me about a time when you did that?",
    "One thing they look for is this: {what}. When have you shown that?",
    "They also want this: {what}. What have you done that comes near to it?",
)
_REQUIREMENT_TECHNICAL = (
    "The job asks for this: {what}. How would you go about it, and what would you watch out for?",
    "One thing they look for is this: {what}. What matters most when doing that, and why?",
)
_CLOSING = "We are nearly at the end: what would you like to ask us?"
_INTRODUCTIONS = (
    "To begin with, would you tell me about yourself and what brings you to {role}?",
    "What attracts you to {role}, and why now?",
    "What are you looking for in your next job?",
    "Which part of your experience would help you most as {role}?",
)
_CONVERSATION = (
    "What does a usual working day look like for you?",
    "What have you learned recently that you enjoyed?",
    "What is a place where you work well, and why?",
    "Which advice would you give to somebody who starts in your field?",
    "What did you do last weekend that gave you energy?",
    "What would you like to be able to do a year from now?",
    "Which person has taught you something important, and what was it?",
    "What do you like to talk about after work?",
)


class Interviewer:
    """Asks one question at a time, each grounded and never twice. Without a model it asks from bank and templates."""

    def __init__(
        self,
        chat: ChatModel | None,
        prompts: PromptBook,
        *,
        packs: RolePacks,
        modes: Modes,
        embedder: Embedder | None = None,
        grounded: Callable[[str, Analysis], bool] = lambda sentence, analysis: True,
    ) -> None:
        self._chat = chat
        self._prompts = prompts
        self._packs = packs
        self._modes = modes
        self._embedder = embedder
        self._grounded = grounded
        self._briefer = Briefer(prompts, modes)

    # --- opening ---------------------------------------------------------------------------------------------------

    def opening(self, plan: SessionPlan, requirements: Sequence[Requirement], sources: Sequence[Source]) -> Question:
        """The first question; immediate, no model."""
        pack = self._pack(plan)
        stage = self._modes.get(plan.mode).stage_of(1, plan.question_count).name
        if plan.mode in {"intro_call", "free_chat", "language"}:
            return self._question(self._talk(plan, [])[0], 1, plan, "opening", stage)
        if plan.mode == "technical":
            for requirement in requirements:
                if (asked := self._about(requirement, plan, [])) is not None:
                    return self._question(
                        asked, 1, plan, "opening", stage, _short_name(requirement), [_cite(requirement)]
                    )
        bank = self._bank(pack, plan, 1, [])
        if bank is None:
            return self._question(
                "What have you done at work that you are proud of, and how did you do it?", 1, plan, "opening", stage
            )
        return self._from_bank(bank, pack, 1, plan, "opening", stage)

    def key_points(self, question: Question) -> tuple[str, ...]:
        """What a full answer to a technical bank question covers."""
        for pack in self._packs:
            for known in pack.questions:
                if known.text == question.text:
                    return known.key_points
        return ()

    def briefing(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        answer_text: str,
        question: str | None = None,
    ) -> Briefing:
        """The shared prompt of a turn, stable part first, within the prompt budget."""
        asked = question or (session.question.text if session.question else "")
        return self._briefer.briefing(session, turns, requirements, sources, answer_text, asked)

    # --- what comes next -------------------------------------------------------------------------------------------

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
        """Say the next question through `say`, then return it; None when the interview is over.

        `turns` ends with the present one. Requests keep or reword the present question; answers and skips move on.
        """
        present = session.question
        assert present is not None
        intent = analysis.measured.intent
        if intent == "finish":
            return None
        if intent in {"repeat", "wait", "silence"}:
            await say(present.text)
            return present
        if intent == "clarify":
            reworded = present.model_copy(update={"kind": "clarify", "text": self._reworded(present)})
            await say(reworded.text)
            return reworded
        if analysis.not_scored_because is not None and intent is None:
            await say(present.text)
            return present
        if present.number >= session.plan.question_count:
            return None
        question = await self._choose(session, turns, analysis, briefing, notice)
        await say(question.text)
        return question

    async def _choose(
        self, session: Session, turns: Sequence[TurnRecord], analysis: Analysis, briefing: Briefing, notice: Notice
    ) -> Question:
        plan, present = session.plan, session.question
        assert present is not None
        number = present.number + 1
        stage = self._modes.get(plan.mode).stage_of(number, plan.question_count).name
        asked = [q.text for q in session.asked]
        if analysis.measured.intent == "dont_know" and present.kind != "follow_up":
            easier = self._fresh(_EASIER, asked)
            if easier is not None:
                return self._question(easier, number, plan, "follow_up", stage, present.competency)
        if number == plan.question_count and plan.question_count >= 4 and plan.mode != "language":
            return self._question(_CLOSING, number, plan, "closing", "closing")
        if analysis.measured.intent is None and self._wants_follow_up(session, analysis):
            text = await self._follow_up(analysis, asked, briefing, notice)
            if text is not None:
                return self._question(
                    text, number, plan, "follow_up", stage, present.competency, _answer_cites(analysis)
                )
        return self._main(session, turns, number, stage, asked)

    def _wants_follow_up(self, session: Session, analysis: Analysis) -> bool:
        """At most one in a row; on easy only for a missing result or action, on hard whenever something can be asked."""
        plan, present = session.plan, session.question
        if not self._modes.get(plan.mode).follow_ups or present is None or present.kind in {"follow_up", "closing"}:
            return False
        star = analysis.measured.star
        missing = set(star.missing) if star else set()
        if plan.difficulty == "easy":
            return "result" in missing or "action" in missing
        weak = any(
            s.score <= 3 for name, s in analysis.scores.items() if name in {"impact", "specificity", "structure"}
        )
        return bool(missing) or weak or plan.difficulty == "hard"

    async def _follow_up(
        self, analysis: Analysis, asked: Sequence[str], briefing: Briefing, notice: Notice
    ) -> str | None:
        star = analysis.measured.star
        part = next((p for p in ("result", "action", "task", "situation") if star and p in star.missing), None)
        if part is not None:
            focus, templates = _FOCUS[part], _TEMPLATES[part]
        elif analysis.scores.get("impact") and analysis.scores["impact"].score <= 3:
            focus, templates = "how large the change was, and how it was measured", _MEASURE
        else:
            focus, templates = "the hardest decision in it, and what was given up for it", _PUSH
        worded = await self._worded(focus, analysis, asked, briefing, notice)
        return worded or self._fresh(templates, asked)

    async def _worded(
        self, focus: str, analysis: Analysis, asked: Sequence[str], briefing: Briefing, notice: Notice
    ) -> str | None:
        """The model's wording, if it is one fair, grounded, new question; else None."""
        if self._chat is None:
            return None
        instruction = self._prompts.get("interviewer_follow_up").render(focus=focus)
        text = ""
        try:
            async with aclosing(
                self._chat.stream(briefing.ask(instruction), max_tokens=45, stop=["\n"], slot=briefing.slot)
            ) as pieces:
                async for piece in pieces:
                    text += piece
                    if "?" in piece:
                        break
        except LlmError as error:
            await notice(error)
            return None
        return self._accepted(text, analysis, asked)

    def _accepted(self, text: str, analysis: Analysis, asked: Sequence[str]) -> str | None:
        question = " ".join(text.replace("*", "").replace('"', "").replace("“", "").replace("”", "").split())
        question = re.sub(r"^(?:follow-?up question|question)\s*:\s*", "", question, flags=re.IGNORECASE)
        question = question[: question.find("?") + 1]
        if not question or not 5 <= word_count(question) <= MOST_WORDS or re.search(r"[.!:;](?=\s)", question):
            return None
        if not re.search(r"\byou(?:r|rself)?\b", question, re.IGNORECASE):
            return None
        question = question[0].upper() + question[1:]
        if not is_fair(question) or self._known(question, asked) or not self._grounded(question, analysis):
            return None
        return question

    # --- main questions --------------------------------------------------------------------------------------------

    def _main(
        self, session: Session, turns: Sequence[TurnRecord], number: int, stage: str, asked: Sequence[str]
    ) -> Question:
        plan, pack = session.plan, self._pack(session.plan)
        if plan.mode in {"intro_call", "free_chat", "language"}:
            fresh = self._fresh(self._talk(plan, asked), asked)
            if fresh is not None:
                return self._question(fresh, number, plan, "main", stage)
        said = " ".join(t.transcript.text for t in turns if t.transcript)
        mains = sum(q.kind in {"main", "opening"} for q in session.asked)
        if mains % 2 == 1 or plan.mode == "technical":
            covered = {c.quote for q in session.asked for c in q.citations}
            for requirement in session.requirements:
                if requirement.text in covered or match_strength(requirement.text, said) >= _PROVEN:
                    continue
                if requirement.source == "document" and (text := self._about(requirement, plan, asked)) is not None:
                    return self._question(
                        text, number, plan, "main", stage, _short_name(requirement), [_cite(requirement)]
                    )
        bank = self._bank(pack, plan, number, asked)
        if bank is None:
            general = self._packs.get(GENERAL)
            bank, pack = self._bank(general, plan, number, asked), general
        if bank is not None:
            return self._from_bank(bank, pack, number, plan, "main", stage)
        text = (
            self._fresh((*_PUSH, *_CONVERSATION), asked) or f"What else should I know about your work, point {number}?"
        )
        return self._question(text, number, plan, "main", stage)

    def _about(self, requirement: Requirement, plan: SessionPlan, asked: Sequence[str]) -> str | None:
        """A question about a requirement, in its own words; None where it cannot be asked well or fairly."""
        what = requirement.text.strip().rstrip(".;:,")
        if word_count(what) > 18 or not is_fair(what) or "?" in what or re.search(r"[.!]\s", what):
            return None
        what = what if len(what) > 1 and what[1].isupper() else what[0].lower() + what[1:]
        templates = _REQUIREMENT_TECHNICAL if plan.mode == "technical" else _REQUIREMENT
        start = sum(len(a) for a in asked) % len(templates)
        order = [*templates[start:], *templates[:start]]
        return self._fresh([t.format(what=what) for t in order], asked)

    def _bank(self, pack: RolePack, plan: SessionPlan, number: int, asked: Sequence[str]) -> BankQuestion | None:
        """A question of the mode's topic: of the chosen difficulty first, competencies not yet asked about first."""
        topic = self._modes.get(plan.mode).topic
        open_ = [q for q in pack.of_topic(topic) if not self._known(q.text, asked)]
        if not open_:
            open_ = [q for q in pack.questions if q.topic != "technical" and not self._known(q.text, asked)]
        if not open_:
            return None
        wanted = {"easy": 0, "medium": 1, "hard": 2}
        level = wanted[plan.difficulty] if number > 1 else max(0, wanted[plan.difficulty] - 1)
        used = [q.competency for q in pack.questions if q.text in asked]
        return min(open_, key=lambda q: (used.count(q.competency), abs(wanted[q.difficulty] - level), q.char_start))

    def _talk(self, plan: SessionPlan, asked: Sequence[str]) -> list[str]:
        role = f"the role of {plan.role}" if plan.role else "this kind of work"
        if plan.mode == "intro_call":
            return [
                t.format(role=role if "as {role}" not in t else (plan.role or "a member of the team"))
                for t in _INTRODUCTIONS
            ]
        return [*_CONVERSATION]

    def _pack(self, plan: SessionPlan) -> RolePack:
        return self._packs.find(plan.role_pack or GENERAL) or self._packs.get(GENERAL)

    # --- small things ----------------------------------------------------------------------------------------------

    def _fresh(self, options: Sequence[str], asked: Sequence[str]) -> str | None:
        return next((o for o in options if not self._known(o, asked)), None)

    def _known(self, question: str, asked: Sequence[str]) -> bool:
        """Asked before, in these or nearly these words."""
        plain = _normal(question)
        if any(_normal(a) == plain for a in asked):
            return True
        if self._embedder is None or not asked:
            return False
        vectors = np.asarray(self._embedder.embed([question, *asked]))
        return bool((vectors[1:] @ vectors[0] > TOO_SIMILAR).any())

    @staticmethod
    def _reworded(question: Question) -> str:
        text = question.text.rstrip("?.")
        lead = "Put another way: " if question.kind != "clarify" else "In short: "
        if match := re.match(r"(?:Tell me about|Describe) (?:a|the) (?:time|occasion|situation) when (.+)$", text):
            return f"{lead}think of one day at work when {match.group(1)}; what happened, and what did you do?"
        if match := re.match(r"Tell me about (.+)$", text):
            return f"{lead}pick one example of {match.group(1)}; what happened, and what did you do?"
        return f"{lead}what I would like to hear is this, with one example of your own: {text[0].lower()}{text[1:]}?"

    def _from_bank(
        self, bank: BankQuestion, pack: RolePack, number: int, plan: SessionPlan, kind: QuestionKind, stage: str
    ) -> Question:
        citation = Citation(
            citation_id="P1", source="role_pack", document_id=f"pack:{pack.name}", title=pack.title, quote=bank.text,
            char_start=bank.char_start, char_end=bank.char_end,
        )  # fmt: skip
        return self._question(bank.text, number, plan, kind, stage, bank.competency, [citation])

    @staticmethod
    def _question(
        text: str,
        number: int,
        plan: SessionPlan,
        kind: QuestionKind,
        stage: str,
        competency: str | None = None,
        citations: Sequence[Citation] = (),
    ) -> Question:
        return Question(
            question_id=f"qst_{secrets.token_urlsafe(8)}",
            number=number,
            total=plan.question_count,
            text=text,
            kind=kind,
            competency=competency,
            stage=stage,
            asked_by=plan.panel[(number - 1) % len(plan.panel)] if plan.panel else None,
            citations=list(citations),
        )


def _cite(requirement: Requirement) -> Citation:
    return Citation(
        citation_id="P1" if requirement.source == "role_pack" else "J1",
        source=requirement.source,
        document_id=requirement.document_id,
        title=requirement.title,
        quote=requirement.text,
        char_start=requirement.char_start,
        char_end=requirement.char_end,
    )


def _answer_cites(analysis: Analysis) -> list[Citation]:
    return [c for c in analysis.citations if c.source == "answer"][:1]


def _short_name(requirement: Requirement) -> str:
    words = requirement.text.split()
    return " ".join(words[:8]).strip(" .,;:")


def _normal(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
