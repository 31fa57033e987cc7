"""Coach: measured analysis first, language model second, grounding last."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import numpy as np

from backend.coaching.answer import Answer, Span
from backend.coaching.delivery import measure_delivery
from backend.coaching.drills import drill_for
from backend.coaching.feedback import Delivery, Dimension, Feedback, Intent, Point, Requirement, Score, Star
from backend.coaching.gate import why_not_scored
from backend.coaching.grounding import Evidence
from backend.coaching.intents import detect_intent
from backend.coaching.job_fit import match_strength
from backend.coaching.points import Citations, find_gaps, find_strengths, star_words
from backend.coaching.rewrite import rewrite
from backend.coaching.rubric import Facts, KeyPoint, find_specifics, score_answer
from backend.coaching.star import find_star
from backend.coaching.text import sentences
from backend.errors import AppError, LlmError
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import Briefing, PromptBook
from backend.rag.documents import Citation, Passage
from backend.rag.ports import Embedder

Say = Callable[[str], Awaitable[None]]
"""Receives one checked sentence of the feedback, in order."""
Notice = Callable[[AppError], Awaitable[None]]
"""Receives a part's failure that the turn survives."""

_KEY_POINT_FOUND = 0.42
"""Similarity from which a sentence of the answer counts as covering a key point."""
_TIP_TOKENS = 70


@dataclass(frozen=True, slots=True)
class Source:
    """A text that feedback may rest on: a whole document or role pack of the session."""

    document_id: str
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer is judged against."""

    passages: tuple[Passage, ...] = ()
    """Passages found for the question and the answer, best first."""
    sources: tuple[Source, ...] = ()
    """Full texts of the session's documents and of its role pack: what a number, name or technology may come from."""
    requirements: tuple[Requirement, ...] = ()
    key_points: tuple[str, ...] = ()
    """Technical questions: what a full answer covers."""
    competency: str | None = None
    level: str | None = None
    earlier_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known in milliseconds, before retrieval and before any language model."""

    intent: Intent | None
    not_scored_because: str | None
    delivery: Delivery
    star: Star | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything computed about one answer."""

    answer: Answer
    context: Context
    measured: Measured
    not_scored_because: str | None = None
    scores: dict[Dimension, Score] = field(default_factory=dict)
    strengths: tuple[Point, ...] = ()
    gaps: tuple[Point, ...] = ()
    citations: tuple[Citation, ...] = ()
    reaction: str = ""
    """One or two short sentences for the ear, made from the analysis alone."""


class Coach:
    """Turns an answer into feedback."""

    def __init__(self, chat: ChatModel | None, prompts: PromptBook, embedder: Embedder | None = None) -> None:
        self._chat = chat
        self._prompts = prompts
        self._embedder = embedder

    def measure(self, answer: Answer) -> Measured:
        """Delivery, STAR and whether this is an answer at all. Pure; milliseconds."""
        intent = detect_intent(answer.text, spoken=answer.spoken)
        why_not = why_not_scored(answer, intent)
        star = find_star(answer) if why_not is None and answer.language.startswith("en") else None
        return Measured(intent, why_not, measure_delivery(answer), star)

    def analyse(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """Scores and points, each citing its evidence. Deterministic; blocking for some tens of milliseconds."""
        cites = Citations(answer.text)
        if measured.not_scored_because is not None:
            return self._unscored(answer, measured, context, measured.not_scored_because)
        pieces = sentences(answer.text)
        near = self._similarities([answer.question, *context.key_points], [answer.text, *(p.text for p in pieces)])
        relevance = float(max(near[0])) if near is not None else _lexical_relevance(answer)
        if (off := why_not_scored(answer, None, relevance if near is not None else None)) is not None:
            return self._unscored(answer, measured, context, off)
        facts = Facts(
            answer=answer,
            delivery=measured.delivery,
            star=measured.star,
            relevance=relevance,
            key_points=tuple(self._key_points(context.key_points, pieces, None if near is None else near[1:, 1:])),
            specifics=find_specifics(answer.text, answer.question),
        )
        scores = score_answer(facts)
        for requirement in context.requirements:
            if match_strength(requirement.text, answer.text) >= 0.5:
                cites.of_requirement(requirement.text, requirement.source, requirement.document_id, requirement.title,
                                     requirement.char_start, requirement.char_end)  # fmt: skip
                break
        for passage in context.passages[:3]:
            cites.of_passage(passage, f"{answer.question} {answer.text}")
        strengths, gaps = find_strengths(facts, scores, cites), find_gaps(facts, scores, cites)
        return Analysis(
            answer, context, measured, None, scores, tuple(strengths), tuple(gaps), tuple(cites.found),
            reaction=_reaction(facts, scores, gaps),
        )  # fmt: skip

    def _unscored(self, answer: Answer, measured: Measured, context: Context, why: str) -> Analysis:
        reaction = {
            "repeat": "Of course.",
            "clarify": "Sure, let me put it another way.",
            "skip": "All right, let us move on.",
            "wait": "Take your time.",
            "dont_know": "That is fine. Let us try it from another side.",
            "silence": "I could not hear an answer. Let us try that again.",
            "finish": "All right, let us stop here.",
        }.get(measured.intent or "", "Let us go a little deeper.")
        return Analysis(answer, context, measured, why, reaction=reaction)

    async def feedback(
        self,
        analysis: Analysis,
        *,
        briefing: Briefing,
        say: Say,
        notice: Notice,
        on_usage: Callable[[Usage], None] | None = None,
        before_model: Callable[[], Awaitable[object]] | None = None,
    ) -> Feedback:
        """Say the feedback sentence by sentence, then return all of it. Never raises for a failing model.

        `before_model` is awaited before the language model is asked, so that more urgent words come first.
        """
        if analysis.not_scored_because is not None:
            await say(analysis.not_scored_because)
            return Feedback(
                scored=False,
                not_scored_because=analysis.not_scored_because,
                intent=analysis.measured.intent,
                summary=analysis.not_scored_because,
            )
        summary = _summary(analysis)
        for sentence in (summary, analysis.strengths[0].text, analysis.gaps[0].text):
            await say(sentence)
        tips, withheld = await self._tip(analysis, briefing, notice, on_usage, before_model)
        for tip in tips:
            await say(tip)
        star = analysis.measured.star
        drill = drill_for(star.missing if star else [], analysis.scores)
        if drill is not None:
            await say(f"Drill: {drill.title}. {drill.instruction}")
        gaps = [*analysis.gaps]
        if tips:
            gaps[0] = Point(text=f"{gaps[0].text} {' '.join(tips)}", citations=gaps[0].citations)
        return Feedback(
            scored=True,
            summary=summary,
            strengths=list(analysis.strengths),
            gaps=gaps,
            rewrite=rewrite(analysis.answer, star),
            drill=drill,
            scores=analysis.scores,
            citations=list(analysis.citations),
            withheld=withheld,
        )

    async def _tip(
        self,
        analysis: Analysis,
        briefing: Briefing,
        notice: Notice,
        on_usage: Callable[[Usage], None] | None,
        before_model: Callable[[], Awaitable[object]] | None,
    ) -> tuple[list[str], int]:
        """What exactly to add, in the model's words: (checked sentences, how many were held back)."""
        if self._chat is None:
            return [], 0
        if before_model is not None:
            await before_model()
        instruction = self._prompts.get("coach_tip").render(gap=analysis.gaps[0].text)
        text = ""
        try:
            async with aclosing(
                self._chat.stream(
                    briefing.ask(instruction), max_tokens=_TIP_TOKENS, slot=briefing.slot, on_usage=on_usage
                )
            ) as pieces:
                async for piece in pieces:
                    text += piece
        except LlmError as error:
            await notice(error)
            return [], 0
        evidence = evidence_of(analysis)
        tips, withheld = [], 0
        for sentence in _whole_sentences(text)[:2]:
            if _repeats(sentence, analysis):
                continue
            if evidence.check(sentence).ok and _is_advice(sentence):
                tips.append(sentence)
            else:
                withheld += 1
        return tips[:1], withheld

    def _similarities(self, left: Sequence[str], right: Sequence[str]) -> np.ndarray | None:
        """Cosine similarities, one row per text of `left`; None without an embedder."""
        if self._embedder is None:
            return None
        vectors = np.asarray(self._embedder.embed([*left, *right]))
        matrix: np.ndarray = vectors[: len(left)] @ vectors[len(left) :].T
        return matrix

    @staticmethod
    def _key_points(points: Sequence[str], pieces: Sequence[Span], near: np.ndarray | None) -> list[KeyPoint]:
        found = []
        for row, point in enumerate(points):
            strengths = [
                max(match_strength(point, piece.text), (float(near[row][i]) if near is not None else 0.0))
                for i, piece in enumerate(pieces)
            ]
            best = int(np.argmax(strengths)) if strengths else 0
            hit = bool(strengths) and strengths[best] >= _KEY_POINT_FOUND
            found.append(KeyPoint(point, (pieces[best].start, pieces[best].end) if hit else None))
        return found


def evidence_of(analysis: Analysis) -> Evidence:
    """What a sentence about this answer may rest on."""
    context = analysis.context
    delivery = analysis.measured.delivery
    figures = [f for f in (delivery.word_count, delivery.filler_count, delivery.words_per_minute) if f is not None]
    others = [analysis.answer.question, *(s.text for s in context.sources), *context.key_points, *context.earlier_answers]
    return Evidence(analysis.answer.text, others, figures)


def _summary(analysis: Analysis) -> str:
    star, scores = analysis.measured.star, analysis.scores
    if star is not None:
        if not star.missing:
            impact = scores.get("impact")
            tail = "and the result has a measure." if impact and impact.score >= 4 else "the result still needs a measure."
            return f"All four parts of the story are there, {tail}" if "and" in tail[:3] else f"All four parts of the story are there; {tail}"
        told = [p for p in ("situation", "task", "action", "result") if p not in star.missing]
        return f"The {star_words(told)} {'is' if len(told) == 1 else 'are'} there; the {star_words(list(star.missing))} {'is' if len(star.missing) == 1 else 'are'} still missing." if told else "The story cannot be heard yet: none of its four parts is clear."  # noqa: E501
    best = max(scores, key=lambda name: scores[name].score)
    worst = min(scores, key=lambda name: scores[name].score)
    if scores[best].score == scores[worst].score:
        return f"An even answer; the next step is its {_plain(worst)}."
    return f"Its {_plain(best)} is the strongest part, its {_plain(worst)} the weakest."


def _plain(name: str) -> str:
    return name.replace("_", " ")


_OPENERS = {
    "complete": ("That was a whole story.", "I could follow that from start to end.", "That had a beginning and an end."),
    "result": ("I could follow what you did.", "The work is clear to me.", "I can see the steps."),
    "action": ("I can picture the situation.", "The setting is clear.", "I understand what was going on."),
    "other": ("Thank you, noted.", "Okay, I have that.", "Good, I can work with that."),
}


def _reaction(facts: Facts, scores: dict[Dimension, Score], gaps: Sequence[Point]) -> str:
    """What the coach says aloud at once: about twenty words, chosen by the answer itself."""
    star = facts.star
    if star is not None and not star.missing:
        kind, then = "complete", "Now make the number at the end as clear as the rest." if scores["impact"].score < 4 else ""
    elif star is not None and "result" in star.missing and star.action.present:
        kind, then = "result", "What came of it is still open."
    elif star is not None and "action" in star.missing:
        kind, then = "action", "What you did yourself is what I still need to hear."
    elif star is not None:
        kind, then = "result", f"The {star_words(list(star.missing))} would help me to follow."
    else:
        kind, then = "other", gaps[0].text if gaps and len(gaps[0].text) <= 110 else ""
    options = _OPENERS[kind]
    digest = hashlib.sha256(facts.answer.text.encode()).digest()
    return f"{options[digest[0] % len(options)]} {then}".strip()


def _lexical_relevance(answer: Answer) -> float:
    return 0.25 + 0.5 * match_strength(answer.question, answer.text)


def _whole_sentences(text: str) -> list[str]:
    """Complete sentences of the model's reply, without markup; an unfinished last one is dropped."""
    plain = " ".join(text.replace("*", "").replace("#", "").split()).strip("\"' ")
    return [s.text.strip() for s in sentences(plain) if s.text.strip().endswith((".", "!", "?"))]


def _is_advice(sentence: str) -> bool:
    """One usable sentence: not too short or long, no question, no praise, no list."""
    count = len(sentence.split())
    low = sentence.lower()
    empty = ("great job", "good job", "well done", "excellent answer", "candidate", "as an ai", "sure,", "here is", "here's")
    return 5 <= count <= 40 and not sentence.endswith("?") and not any(e in low for e in empty) and ":" not in sentence


def _repeats(sentence: str, analysis: Analysis) -> bool:
    said = [analysis.gaps[0].text, analysis.strengths[0].text]
    return any(match_strength(sentence, other) > 0.8 for other in said)
