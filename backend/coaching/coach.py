"""Coach: what was measured in an answer, and what the rules say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.coaching.analysis import Analysis, Context, Measured, Source
from backend.coaching.answer import Answer
from backend.coaching.citing import Citer, closest_requirement
from backend.coaching.delivery import measure_delivery
from backend.coaching.differences import as_errors
from backend.coaching.drills import drill_for
from backend.coaching.feedback import Feedback, Intent
from backend.coaching.free_talk import ASKED, Asked, asked_of_coach, reply_to, short_reply
from backend.coaching.gate import (
    FEWEST_WORDS,
    REFUSED,
    SAID_NO,
    because_of_intent,
    why_not_scored,
)
from backend.coaching.instructions import without_instructions
from backend.coaching.intake import Intake, line
from backend.coaching.intents import detect_intent
from backend.coaching.lines.read import LineReader
from backend.coaching.measured_points import Counted, find_gaps, find_strengths, summary
from backend.coaching.phrasing import REACTIONS_TO_INTENTS, react, reaction_to_intent
from backend.coaching.practised import correct, is_practised, practise
from backend.coaching.rewrite import rewrite
from backend.coaching.rubric import score_answer
from backend.coaching.sayings import THANKS
from backend.coaching.star import find_star
from backend.coaching.text import sentences, word_count
from backend.rag.ports import Embedder

__all__ = [
    "SET_OPENERS",
    "SET_REACTIONS",
    "Analysis",
    "Coach",
    "Context",
    "Measured",
    "Source",
]


_TALK: frozenset[Intent] = frozenset({"talk", "joke"})
_WANTED_AT_THE_CLOSE: frozenset[Intent] = _TALK | {"clarify", "hint", "dont_know", "repeat"}
_TO_THE_MACHINE = "This speaks to the machine and not to the interviewer, so there was no answer to score."
_SHORT = "That was short; on a real day, say two or three sentences more."
_LEFT = "All right, we leave that one."
_NO = "All right, that is fine."
_NO_ANSWER = "I could not make an answer out of that. Please try once more."
SET_REACTIONS = (*(text for text in REACTIONS_TO_INTENTS.values() if text), _SHORT, _LEFT, _NO, _NO_ANSWER)
"""Reactions that are said in the same words to everybody."""
SET_OPENERS = THANKS
"""Beginnings of reactions that are said in the same words to everybody."""


class Coach:
    """Turns an answer into feedback."""

    def __init__(
        self, embedder: Embedder | None = None, intake: Intake | None = None, lines: LineReader | None = None
    ) -> None:
        self.embedder = embedder
        self.intake = intake or Intake()
        self.lines = lines or LineReader(embedder)
        """Reads postings and resumes."""

    def measure(self, answer: Answer) -> Measured:
        """Delivery, STAR, whether this is an answer at all, and whether something in it matters more. Blocks for its
        embeddings; milliseconds where they were read ahead."""
        delivery = measure_delivery(answer)
        intent = detect_intent(answer.text, spoken=answer.spoken)
        reading = self.intake.read(answer.text, answer.language)
        if reading.concern is not None and not (intent is not None and reading.weight == "doubt"):
            return Measured(None, line("unscored", answer.language), delivery, None, reading.concern)
        if reading.told is not None:
            return Measured(None, reading.told, delivery, None, told=reading.told)
        asked = asked_of_coach(answer)
        intent = intent or _asked_of_coach(reading.intent, answer, asked)
        if answer.question_kind == "choice":
            intent = intent or "skip"
        asked = asked if intent is None else None
        because = because_of_intent(intent, answer.language) if intent is not None else why_not_scored(answer)
        if asked is not None and asked.alone:
            because = ASKED
        told = because is None and answer.language.startswith("en") and delivery.word_count >= FEWEST_WORDS
        star = find_star(_told(answer), self.embedder) if told else None
        return Measured(intent, because, delivery, star, asked=asked)

    def read_ahead(self, question: str, said: str, about: Sequence[str]) -> None:
        """Take in what somebody has said so far, so that `analyse` finds it known; `about`: what the question is on.

        Blocks for one batch of embeddings.
        """
        self.intake.read_ahead(said)
        if self.embedder is not None:
            self.embedder.embed([question, *about, *(s.text for s in sentences(said))])

    def analyse(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """Scores and points, each citing its evidence. Deterministic; blocking for at most some tens of ms."""
        found = self._analysed(answer, measured, context)
        if measured.asked is None or measured.matters_more:
            return found
        replied = reply_to(measured.asked, answer, context.earlier_answers, self.embedder, context.turn)
        return replace(found, reaction=replied, summary=replied)

    def _analysed(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        if measured.not_scored_because is not None:
            return self._not_scored(answer, measured, context)
        given, answer = answer, _told(answer)
        if answer.text != given.text and word_count(answer.text) < FEWEST_WORDS:
            return Analysis(answer, context, measured, _TO_THE_MACHINE, reaction="Please answer in your own words.")
        if is_practised(answer) and (found := self._practised(answer, measured, context)) is not None:
            return found
        counted, citer = Counted(answer, measured.delivery, measured.star), Citer(answer, context)
        strengths, gaps = find_strengths(counted, citer, context.turn), find_gaps(counted, citer, context.turn)
        errors = as_errors(answer, context.sources, citer)
        self._cite_context(citer, context, answer)
        checklist = context.reference is not None
        return Analysis(
            answer,
            context,
            measured,
            scores=score_answer(counted),
            strengths=tuple(s.point for s in strengths),
            gaps=tuple(g.point for g in gaps),
            errors=tuple(errors),
            citations=citer.citations,
            reaction=react(strengths, gaps, context.turn, checklist=checklist),
            summary=short_reply(answer, context.turn) or summary(counted, context.turn),
            drill=drill_for(
                answer.question, gaps[0] if gaps else None, counted.seconds, context.turn, checklist=checklist
            ),
            rewrite=rewrite(answer.text),
        )

    def _not_scored(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """An answer that the gate held back; what is too short to score can still hold a slip."""
        if (concern := measured.concern) is not None:
            return Analysis(answer, context, measured, measured.not_scored_because, reaction=concern.say)
        if measured.told is not None:
            return Analysis(answer, context, measured, measured.told, reaction=measured.told)
        citer = Citer(answer, context)
        corrections = correct(answer, citer) if measured.intent is None else None
        return Analysis(
            answer,
            context,
            measured,
            measured.not_scored_because,
            citations=citer.citations,
            corrections=corrections,
            reaction=_to_the_coach(measured.intent, answer) if measured.intent else _say_briefly(measured, answer),
        )

    def _practised(self, answer: Answer, measured: Measured, context: Context) -> Analysis | None:
        """An answer of which only what can be known in its own language is said, without scores; None without rules."""
        citer = Citer(answer, context)
        found = practise(answer, citer, measured.delivery)
        if found is None:
            return None
        return Analysis(
            answer,
            context,
            measured,
            strengths=found.strengths,
            gaps=found.gaps,
            citations=citer.citations,
            reaction=found.reaction,
            summary=found.summary,
            drill=found.drill,
            corrections=found.corrections,
        )

    def _cite_context(self, citer: Citer, context: Context, answer: Answer) -> None:
        """What the documents say nearest to this question, for `context.found`: at most three places."""
        wanted = closest_requirement(context.requirements, answer.question, context.competency or "", answer.text)
        if wanted is not None:
            citer.requirement(wanted)
        for passage in context.passages[:3]:
            if sum(c.source != "answer" for c in citer.citations) >= 3:
                break
            citer.passage(passage, f"{answer.question} {answer.text}")

    def compose(self, analysis: Analysis) -> Feedback:
        """The feedback that needs no language model: all that the analysis found, put into words. Pure; milliseconds."""
        because = analysis.not_scored_because
        if (concern := analysis.measured.concern) is not None:
            return Feedback(scored=False, not_scored_because=because, summary=concern.say, concern=concern)
        if because is not None:
            return Feedback(
                scored=False,
                not_scored_because=because,
                intent=analysis.measured.intent,
                summary=analysis.summary or because,
                citations=list(analysis.citations),
                corrections=analysis.corrections,
            )
        return Feedback(
            scored=True,
            summary=analysis.summary,
            strengths=list(analysis.strengths),
            gaps=list(analysis.gaps),
            errors=list(analysis.errors),
            reference=analysis.context.reference,
            rewrite=analysis.rewrite,
            drill=analysis.drill,
            scores=analysis.scores,
            citations=list(analysis.citations),
            corrections=analysis.corrections,
        )


def _asked_of_coach(intent: Intent | None, answer: Answer, asked: Asked | None) -> Intent | None:
    """What the intake read as asked of the coach. At the close questions are wanted, and free talk may be about anything:
    a question in it is answered civilly, whatever it is."""
    if answer.question_kind == "closing" and intent in _WANTED_AT_THE_CLOSE:
        return None
    if asked is not None and intent == "insult":
        return None
    return None if answer.mode in ("free_chat", "language") and intent in _TALK else intent


def _to_the_coach(intent: Intent, answer: Answer) -> str:
    """What is answered; beyond English the question alone, but for an insult."""
    if intent == "insult":
        return line("civil", answer.language)
    return reaction_to_intent(intent) if answer.language.startswith("en") else ""


def _told(answer: Answer) -> Answer:
    """The answer without what is said to the machine, every word left in its place."""
    return replace(answer, text=without_instructions(answer.text))


def _say_briefly(measured: Measured, answer: Answer) -> str:
    """For the ear: what to do when there was too little to go on; beyond English the next question alone, or that there is
    none."""
    if answer.question_kind == "closing":
        return line("end", answer.language)
    if not answer.language.startswith("en"):
        return ""
    if measured.not_scored_because == REFUSED:
        return _LEFT
    if (measured.not_scored_because or "").startswith(SAID_NO):
        return _NO
    return _SHORT if measured.delivery.word_count < 15 else _NO_ANSWER
