"""Coach: measured analysis first, language model second, grounding last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from backend.coaching.analysis import Analysis, Context, Measured, Notice, Say, Source
from backend.coaching.answer import Answer
from backend.coaching.citing import Citer, closest_requirement
from backend.coaching.delivery import measure_delivery
from backend.coaching.drills import drill_for
from backend.coaching.evidence import Evidence
from backend.coaching.facts import Facts, gather
from backend.coaching.feedback import Feedback, Rewrite
from backend.coaching.gaps import find_gaps
from backend.coaching.gate import (
    ASKED_NOTHING,
    ASKED_US,
    FEWEST_WORDS,
    REFUSED,
    because_of_intent,
    off_topic,
    why_not_scored,
)
from backend.coaching.instructions import without_instructions
from backend.coaching.intents import detect_intent
from backend.coaching.key_points import Coverage, cover
from backend.coaching.phrasing import OPENERS, REACTIONS_TO_INTENTS, react, reaction_to_intent, summarise
from backend.coaching.points import Material
from backend.coaching.practised import correct, is_practised, practise, score_language
from backend.coaching.rewrite import rewrite
from backend.coaching.rubric import Judged, score_answer
from backend.coaching.star import find_star
from backend.coaching.strengths import find_strengths
from backend.coaching.suggestion import aim_of, suggest
from backend.coaching.terms import without_terms
from backend.coaching.text import sentences, word_count
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import Briefing, PromptBook
from backend.rag.ports import Embedder

__all__ = [
    "SET_OPENERS",
    "SET_REACTIONS",
    "Analysis",
    "Coach",
    "Context",
    "Measured",
    "Notice",
    "Say",
    "Source",
    "evidence_of",
]


_OFF_TOPIC = "That went past the question. Let us stay with it."
_TO_THE_MACHINE = "This speaks to the machine and not to the interviewer, so there was no answer to score."
_SHORT = "That was short. Give me two or three sentences on it."
_LEFT = "All right, we leave that one."
_NO_ANSWER = "I could not make an answer out of that. Please try once more."
SET_REACTIONS = (*(text for text in REACTIONS_TO_INTENTS.values() if text), _OFF_TOPIC, _SHORT, _LEFT, _NO_ANSWER)
"""Reactions that are said in the same words to everybody."""
SET_OPENERS = tuple(text for texts in OPENERS.values() for text in texts)
"""Beginnings of reactions that are said in the same words to everybody."""


def evidence_of(analysis: Analysis) -> Evidence:
    """What a sentence about this answer may rest on."""
    return Evidence.from_analysis(analysis)


class Coach:
    """Turns an answer into feedback."""

    def __init__(self, chat: ChatModel | None, prompts: PromptBook, embedder: Embedder | None = None) -> None:
        self._chat = chat
        self._prompts = prompts
        self._embedder = embedder

    def measure(self, answer: Answer) -> Measured:
        """Delivery, STAR and whether this is an answer at all. Pure; milliseconds."""
        intent = detect_intent(answer.text, spoken=answer.spoken)
        because = because_of_intent(intent) if intent is not None else why_not_scored(answer)
        star = find_star(_told(answer)) if because is None and answer.language.startswith("en") else None
        return Measured(intent, because, measure_delivery(answer), star)

    def read_ahead(self, question: str, said: str, about: Sequence[str]) -> None:
        """Take in what somebody has said so far, so that `analyse` finds it known; `about`: what the question is on.

        Blocks for one batch of embeddings.
        """
        if self._embedder is not None:
            self._embedder.embed([question, *about, *(s.text for s in sentences(said))])

    def analyse(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """Scores and points, each citing its evidence. Deterministic; blocking for at most some tens of ms."""
        if measured.not_scored_because is not None:
            return self._not_scored(answer, measured, context)
        about = [context.competency or "", *context.key_points]
        given, answer = answer, _told(answer)
        if answer.text != given.text and word_count(answer.text) < FEWEST_WORDS:
            return Analysis(answer, context, measured, _TO_THE_MACHINE, reaction="Please answer in your own words.")
        if is_practised(answer) and (found := self._practised(answer, measured, context)) is not None:
            return found
        because, closeness = off_topic(answer, self._embedder, [a for a in about if a])
        if because is not None:
            return Analysis(answer, context, measured, because, reaction=_OFF_TOPIC)
        facts = gather(answer, measured.star)
        coverage = self._coverage(answer, context)
        scores = score_answer(Judged(answer, facts, measured.delivery, coverage, closeness))
        citer = Citer(answer, context)
        material = Material(answer, context, facts, measured.delivery, scores, coverage, citer)
        strengths, gaps = find_strengths(material), find_gaps(material)
        self._cite_context(citer, context, answer)
        return Analysis(
            answer,
            context,
            measured,
            scores=scores,
            strengths=tuple(s.point for s in strengths),
            gaps=tuple(g.point for g in gaps),
            citations=citer.citations,
            reaction=react(answer, facts, strengths, gaps, scores),
            aim=aim_of(gaps),
            facts=facts,
        )

    def _not_scored(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """An answer that the gate held back; what is too short to score can still hold a slip."""
        citer = Citer(answer, context)
        corrections = correct(answer, citer) if measured.intent is None else None
        return Analysis(
            answer,
            context,
            measured,
            measured.not_scored_because,
            citations=citer.citations,
            corrections=corrections,
            reaction=reaction_to_intent(measured.intent) if measured.intent else _say_briefly(measured),
        )

    def _practised(self, answer: Answer, measured: Measured, context: Context) -> Analysis | None:
        """An answer that is judged by what can be said in its own language; None for a language without rules."""
        citer = Citer(answer, context)
        found = practise(answer, citer)
        if found is None:
            return None
        if answer.language.startswith("en"):
            facts = gather(answer, measured.star)
            scores = score_answer(Judged(answer, facts, measured.delivery, self._coverage(answer, context), None))
        else:
            scores = dict(score_language(answer))
        return Analysis(
            answer,
            context,
            measured,
            scores=scores,
            strengths=found.strengths,
            gaps=found.gaps,
            citations=citer.citations,
            reaction=found.reaction,
            summary=found.summary,
            drill=found.drill,
            corrections=found.corrections,
        )

    def _coverage(self, answer: Answer, context: Context) -> Coverage | None:
        if not context.key_points:
            return None
        return cover(context.key_points, answer.text, self._embedder, answer.question)

    def _cite_context(self, citer: Citer, context: Context, answer: Answer) -> None:
        """What the documents say nearest to this question, for `context.found`: at most three places."""
        wanted = closest_requirement(context.requirements, answer.question, context.competency or "", answer.text)
        if wanted is not None:
            citer.requirement(wanted)
        for passage in context.passages[:3]:
            if sum(c.source != "answer" for c in citer.citations) >= 3:
                break
            citer.passage(passage, f"{answer.question} {answer.text}")

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

        What the analysis says comes at once. `before_model` is awaited before the language model is asked, so that the
        next question can have the model first.
        """
        measured, because = analysis.measured, analysis.not_scored_because
        if because is not None:
            await say(because)
            return Feedback(
                scored=False,
                not_scored_because=because,
                intent=measured.intent,
                summary=because,
                citations=list(analysis.citations),
                corrections=analysis.corrections,
            )
        if analysis.summary is not None:
            return await self._in_its_language(analysis, analysis.summary, say)
        facts = analysis.facts
        assert facts is not None  # every other analysis that has scores counted them
        feedback = self._composed(analysis, facts)
        await say(feedback.summary)
        for point in (*analysis.strengths[:1], *analysis.gaps[:1]):
            await say(point.text)
        if self._chat is None or not analysis.aim or facts.stuffing:
            return feedback
        if before_model is not None:
            await before_model()
        prompts = briefing.prompts or self._prompts
        tip = await suggest(self._chat, prompts, analysis, briefing=briefing, notice=notice, on_usage=on_usage)
        for sentence in tip.sentences:
            await say(sentence)
        first = feedback.gaps[0]
        gaps = [first.model_copy(update={"text": " ".join([first.text, *tip.sentences])}), *feedback.gaps[1:]]
        return feedback.model_copy(update={"gaps": gaps, "withheld": tip.withheld})

    async def _in_its_language(self, analysis: Analysis, summary: str, say: Say) -> Feedback:
        """Meaning first, form second; no language model has a say in what is a mistake."""
        await say(summary)
        for point in (*analysis.strengths[:1], *analysis.gaps):
            await say(point.text)
        return Feedback(
            scored=True,
            summary=summary,
            strengths=list(analysis.strengths),
            gaps=list(analysis.gaps),
            drill=analysis.drill,
            scores=analysis.scores,
            citations=list(analysis.citations),
            corrections=analysis.corrections,
        )

    def _composed(self, analysis: Analysis, facts: Facts) -> Feedback:
        """Everything that needs no model."""
        answer, context = analysis.answer, analysis.context
        general = facts.asks_for_a_time and facts.kind not in {"story", "example"}
        wanted = closest_requirement(context.requirements, answer.question, context.competency or "", answer.text)
        return Feedback(
            scored=True,
            summary=summarise(answer, facts, self._coverage(answer, context)),
            strengths=list(analysis.strengths),
            gaps=list(analysis.gaps),
            rewrite=Rewrite(text="", slots=[]) if facts.stuffing else rewrite(answer, facts, wanted),
            drill=drill_for(answer.question, analysis.scores, facts.star, general=general),
            scores=analysis.scores,
            citations=list(analysis.citations),
        )


def _told(answer: Answer) -> Answer:
    """The answer without what is said to the machine and without heaps of terms, every word left in its place."""
    text = without_instructions(answer.text)
    return replace(answer, text=without_terms(text, fewest=FEWEST_WORDS))


def _say_briefly(measured: Measured) -> str:
    """For the ear: what to do when there was too little to go on."""
    if measured.not_scored_because in {ASKED_US, ASKED_NOTHING}:
        return "Thank you, we have reached the end."
    if measured.not_scored_because == REFUSED:
        return _LEFT
    return _SHORT if measured.delivery.word_count < 15 else _NO_ANSWER
