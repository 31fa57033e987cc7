"""Phrasing: the summary for the page and the reaction for the ear, made from the analysis with no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from backend.coaching.answer import Answer, Span
from backend.coaching.drills import weakest_dimension
from backend.coaching.facts import Facts
from backend.coaching.feedback import STAR_PARTS, Dimension, Intent, Score
from backend.coaching.key_points import Coverage
from backend.coaching.numbers import find_numbers
from backend.coaching.points import Found
from backend.coaching.rewrite import clean_sentence, subject_of
from backend.coaching.rubric import next_steps
from backend.coaching.star_cues import cue_score, own_actions
from backend.coaching.text import snippet, word_count
from backend.coaching.wording import capitalised, count, joined

_LONGEST_REACTION = 26
OPENERS: dict[str, tuple[str, ...]] = {
    "figure": ("You named the result,", "The result is clear,", "There is a figure:"),
    "result": ("You said what came of it,", "The ending is there,"),
    "action": ("Your own step is clear,", "I could follow what you did,"),
    "key_point": ("You covered one key point,", "One key point is in there,"),
}
"""How a reaction begins before it quotes the answer, by kind of strength; each ends where the voice may pause."""
"""Words: about eight seconds of speech."""

REACTIONS_TO_INTENTS: dict[Intent, str] = {
    "dont_know": "That is all right; we leave it open.",
    "skip": "All right, we leave that one.",
    "wait": "Take your time.",
    "finish": "All right, we stop here.",
    "silence": "", "repeat": "", "clarify": "",
}  # fmt: skip


def reaction_to_intent(intent: Intent) -> str:
    return REACTIONS_TO_INTENTS[intent]


def summarise(answer: Answer, facts: Facts, coverage: Coverage | None) -> str:
    """One or two sentences: what kind of answer this is and what decides it."""
    f = facts
    if f.stuffing:
        return "This names many terms and joins them to nothing that was done."
    head = _summary_of_coverage(f, coverage) if coverage is not None and coverage.points else ""
    if head:
        return head
    if f.kind == "story" or (f.kind == "example" and f.asks_for_a_time and f.star is not None):
        return _summary_of_story(f)
    if f.asks_for_a_time:
        what = {
            "pseudo_story": "what is usually done",
            "opinion": "a view",
            "self_description": "a description of strengths",
        }.get(f.kind, "a general answer")
        about = subject_of(answer.question)
        wanted = f"one time {about}" if about else "one time it happened"
        return f"This gives {what}; the question asks for {wanted}."
    if f.kind == "technical_explanation":
        there = [
            n
            for n, ok in (
                ("a reason", f.reasons),
                ("a trade-off", f.trade_offs),
                ("a check", f.checks),
                ("an example", f.examples),
            )
            if ok
        ]
        return (
            f"An explanation with {joined(there)}."
            if there
            else "An explanation without a reason, a trade-off or a case."
        )
    if f.kind in {"introduction", "motivation"}:
        name = "An introduction" if f.kind == "introduction" else "A reason for this job"
        held = f"with {count(len(f.details), 'concrete detail')}" if f.details else "without anything concrete yet"
        return f"{name} {held}."
    held = "with an example" if f.examples or f.own else "without an example"
    return f"A view {'with a reason' if f.reasons else 'without a reason'} and {held}."


def _summary_of_story(f: Facts) -> str:
    if f.star is None:
        return "A story about something that happened."
    there = [p for p in STAR_PARTS if p not in f.star.missing]
    if not f.star.missing:
        tail = " The result has a figure." if f.result_numbers else " The result has no figure yet."
        return f"A whole story: situation, task, action and result are all told.{tail}"
    if not there:
        return "The start of a story: the situation, your steps and the result are still to come."
    if f.star.missing == ["task"]:
        tail = "" if f.result_numbers else ", and the result has no figure yet"
        return f"A story with its result told; what was yours to do is left open{tail}."
    left = joined(
        {"situation": "the situation", "task": "your task", "action": "your own steps", "result": "the result"}[p]
        for p in f.star.missing
    )
    return f"A story that tells the {joined(there)}; {left} {'is' if len(f.star.missing) == 1 and f.star.missing[0] != 'action' else 'are'} still open."


def _summary_of_coverage(f: Facts, coverage: Coverage | None) -> str:
    if coverage is None:
        return ""
    n, total = len(coverage.covered), len(coverage.points)
    if n == total:
        return f"It covers {'the key point' if total == 1 else f'all {total} key points'} of a full answer" + (
            "." if f.trade_offs or f.examples else ", without a case or a trade-off."
        )
    return f"It covers {n} of {total} key points of a full answer."


def react(
    answer: Answer,
    facts: Facts,
    strengths: Sequence[Found],
    gaps: Sequence[Found],
    scores: Mapping[Dimension, Score] | None = None,
) -> str:
    """At most about twenty spoken words on this answer: what it has, and what to say next. The same every time."""
    turn = int(hashlib.sha256(answer.text.encode()).hexdigest(), 16)
    good = _spoken_strength(answer, facts, strengths, turn)
    fix = _spoken_fix(gaps, scores or {}, turn // 7)
    if good and fix:
        joint = ("; ", ". ")[turn % 2]
        text = f"{good}{joint}{fix if joint == '; ' else capitalised(fix)}."
        if word_count(text) <= _LONGEST_REACTION:
            return text
    if fix and (not good or gaps[0].kind in {"general", "key_point", "next_level", "other"}):
        return f"{capitalised(fix)}."
    if good:
        return f"{capitalised(good)}."
    return f"{capitalised(fix)}." if fix else ""


def _spoken_strength(answer: Answer, f: Facts, strengths: Sequence[Found], turn: int) -> str:
    for found in strengths:
        if found.span is None:
            continue
        words = _spoken(answer, found.span, found.kind)
        if not words:
            continue
        if openers := OPENERS.get(found.kind):
            return f"{openers[turn % len(openers)]} {words}"
    return ""


def _spoken(answer: Answer, span: Span, kind: str) -> str:
    """Up to nine of the answer's own words, the telling ones, without fillers; empty where it would sound broken."""
    text = answer.text[span.start : span.end]
    if kind == "action":
        told = [v for s, v in own_actions(text) if s == "i"]
        at = text.lower().find(f"i {told[0]}") if told else -1
        if at < 0:
            return ""
        text = text[at:]
    elif kind in {"figure", "result"}:
        text = _best_clause(text)
    plain = clean_sentence(text).rstrip(".!?")
    plain = snippet(plain, Span(plain, 0, len(plain)), 11).text
    return f"“{plain}”" if 2 <= word_count(plain) <= 11 else ""


def _best_clause(text: str) -> str:
    clauses = [c.strip() for c in re.split(r", |; | and (?=I |we |they |he |she |it )", text)]
    clauses = [c for c in clauses if word_count(c) >= 3] or [text]
    return max(clauses, key=_tells_a_result)


def _tells_a_result(clause: str) -> tuple[float, int]:
    told = cue_score("result", clause) + 1.2 * bool(list(find_numbers(clause))) - 1.5 * clause.startswith("but ")
    return told, -word_count(clause)


def _spoken_fix(gaps: Sequence[Found], scores: Mapping[Dimension, Score], turn: int) -> str:
    if gaps and gaps[0].kind == "next_level":
        weakest = weakest_dimension({d: float(s.score) for d, s in scores.items()})
        steps = next_steps(weakest, scores[weakest].score) if weakest is not None else ()
        return steps[turn % len(steps)] if steps else ""
    if not gaps:
        return ("keep it like that", "that can stay as it is", "now say it once more without looking")[turn % 3]
    options: dict[str, tuple[str, ...]] = {
        "general": ("pick one particular time and tell me what happened", "tell me about one day it happened, from the start", "now take one real case and stay with it"),
        "result": ("now say what came of it", "what happened in the end is still missing", "finish it: what changed because of that"),
        "figure": ("now put a figure to it", "one number would make it solid", "how much, or how many, would make it stick"),
        "ours": ("now say which part was yours", "the “we” hides your own part; name it"),
        "action": ("now say what you yourself did first", "your own steps are what I am missing"),
        "task": ("say what was yours to do", "one sentence on what you had to achieve would help"),
        "scene": ("set the scene in two sentences and get to your part sooner", "get to what you did sooner"),
        "vague": ("name one number, name or place in it", "make one thing in it concrete"),
        "long": ("now say the same in half the time", "try it in one minute"),
        "short": ("give me two more sentences on what you did", "there is room for more: what you did, what came of it"),
        "repeated": ("say each thing once",), "hedged": ("leave out the softening words where you are sure",),
        "fillers": ("let a silence stand where the fillers are",), "pace": ("mind the pace",),
        "trade_off": ("name one alternative and why not that", "now weigh it against another way"),
        "proof": ("name one thing you have done that shows it", "one piece of work of your own would back that up"),
        "example": ("now give me one case where you did it", "one example of your own would prove it"),
        "reason": ("now say why",), "motive": ("now say what draws you to this work",),
        "job": ("now tie it to what the job asks for",), "other": ("tell me in a full sentence what you did",),
        "key_point": ("there is more a full answer covers", "one part of a full answer is still missing"),
    }  # fmt: skip
    choice = options.get(gaps[0].kind, ("",))
    return choice[turn % len(choice)]
