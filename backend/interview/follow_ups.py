"""Follow-ups: what is missing in an answer, and a question made from the candidate's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.coaching.answer import Span
from backend.coaching.claims import worth_asking
from backend.coaching.coach import Analysis
from backend.coaching.feedback import Star, StarPart
from backend.interview.modes import Probe
from backend.interview.phrases import Deed, deeds, second_person, sentences

_NO_STORY = frozenset({"pseudo_story", "opinion", "self_description", "none"})
_CLAIM = re.compile(
    r"\b(improv|increas|reduc|decreas|sav(?:ed|ing)|grew|boost|cut|dropp|rais(?:ed|ing)|sped|lower|shorten|exceed|rose|"
    r"faster|slower|fewer|cheaper)\w*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|half|twice|double|doubled|tripled|halved|third|quarter|percent|dozen)\b",
    re.IGNORECASE,
)
_ORDER: tuple[StarPart, ...] = ("result", "action", "task", "situation")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A reason to ask on, its questions without a model (best first), and the words of the answer it is about."""

    probe: Probe
    aim: str
    """What the question has to find out, in plain words for a language model."""
    texts: tuple[str, ...]
    about: Span | None = None


def follow_ups(probes: Sequence[Probe], analysis: Analysis) -> list[FollowUp]:
    """Every follow-up that this answer deserves, in the order of the mode's policy."""
    text = analysis.answer.text
    done = deeds(text)
    found = []
    for probe in probes:
        one = _make(probe, analysis, text, done)
        if one is not None:
            found.append(one)
    return found


def _make(probe: Probe, analysis: Analysis, text: str, done: list[Deed]) -> FollowUp | None:
    star = analysis.measured.star
    if analysis.measured.not_scored_because is not None:
        return _EXAMPLE_TOO_SHORT if probe in ("example", "tell_more") else None
    if probe == "example":
        return _example(analysis, star, done)
    if probe == "missing":
        return _missing(star, done) if star is not None else None
    if probe == "weak":
        return _weak(star, done) if star is not None else None
    if probe == "unquantified":
        return _unquantified(text)
    if probe == "ownership":
        return _ownership(text, done)
    if probe == "trade_off":
        return _TRADE_OFF
    if probe == "claim":
        return _claim(analysis)
    if probe == "pushback":
        return _pushback(done)
    return _TELL_MORE


_EXAMPLE_TOO_SHORT = FollowUp(
    "example",
    "one concrete example",
    (
        "Could you give me one concrete example and tell me what you did in it?",
        "Can you take me through that with a real case, from beginning to end?",
        "What would be a real case of that from your own work?",
    ),
)
_TRADE_OFF = FollowUp(
    "trade_off",
    "when it would fail or be the wrong choice",
    (
        "What could still go wrong if you did it that way, and how would you notice?",
        "When would that be the wrong way to do it?",
        "Which alternative did you consider, and why did you not choose it?",
        "What would you change about that if you had half the time?",
    ),
)
_TELL_MORE = FollowUp(
    "tell_more",
    "more about it",
    (
        "What was the most interesting part of that for you?",
        "How did that come about?",
        "What happened after that?",
        "Why does that matter to you?",
    ),
)


def _example(analysis: Analysis, star: Star | None, done: list[Deed]) -> FollowUp | None:
    kind = star.reply_kind if star is not None else None
    technical = analysis.answer.mode == "technical"
    if technical and not done:
        return FollowUp(
            "example",
            "where this was done in practice",
            (
                "Where have you done that in practice, and what happened?",
                "What is a real case in which you needed that?",
                "How did that play out the last time you worked on it?",
            ),
        )
    if kind not in _NO_STORY or (technical and done):
        return None
    return FollowUp(
        "example",
        "one particular occasion",
        (
            "Can you tell me about one particular time when you did that?",
            "When did that last matter in your own work, and what did you do?",
            "What is one real situation in which that was put to the test?",
        ),
    )


def _missing(star: Star, done: list[Deed]) -> FollowUp | None:
    if star.reply_kind in _NO_STORY:
        return None
    for part in _ORDER:
        if part in star.missing:
            return _about_part(part, done)
    return None


def _about_part(part: StarPart, done: list[Deed]) -> FollowUp:
    deed = done[-1] if done else None
    about = deed.said if deed else None
    if part == "result":
        texts: tuple[str, ...] = (
            "What came of it in the end, and how could you tell?",
            "How did it turn out for the people involved?",
            "What was different afterwards?",
        )
        if deed:
            texts = (
                f"After {deed.you_did}, what changed, and how could you tell?",
                f"What was the outcome once {deed.you_did}?",
                *texts,
            )
        return FollowUp("missing", "what came of it and how they could tell", texts, about)
    if part == "action":
        return FollowUp(
            "missing",
            "what they did themselves, step by step",
            (
                "What did you do yourself, step by step?",
                "Which steps were yours, from the first to the last?",
                "What was the first thing you did, and what came next?",
            ),
        )
    if part == "task":
        return FollowUp(
            "missing",
            "what they were responsible for",
            ("What exactly were you responsible for there?", "What was yours to decide, and what was not?"),
        )
    texts = ("What was going on at the time that made this necessary?", "Who was affected, and what was at stake?")
    if deed:
        texts = (f"What was going on at the time that {deed.you_did}?", *texts)
    return FollowUp("missing", "what was going on and why it mattered", texts, about)


def _weak(star: Star, done: list[Deed]) -> FollowUp | None:
    shares = {"result": star.result, "action": star.action}
    part = min(shares, key=lambda name: shares[name].strength)
    if star.reply_kind in _NO_STORY or shares[part].strength >= 0.5:
        return None
    if part == "result":
        return FollowUp(
            "weak",
            "how they know that it worked",
            (
                "How do you know that it was what you did that made the difference?",
                "Who noticed the difference, and how?",
            ),
        )
    deed = done[-1] if done else None
    texts: tuple[str, ...] = (
        "What was the hardest decision you had to make along the way?",
        "What did you try first, and why that?",
    )
    if deed:
        texts = (f"What made it difficult when {deed.you_did}?", *texts)
    return FollowUp("weak", "how they went about it", texts, deed.said if deed else None)


def _unquantified(text: str) -> FollowUp | None:
    """A claim of more or less without a number: the clause is said back."""
    for sentence in sentences(text):
        if _NUMBER.search(sentence.text) or not (claim := _CLAIM.search(sentence.text)):
            continue
        span = _clause_around(text, sentence, claim.start())
        if span is None:
            continue
        said = second_person(span.text)
        return FollowUp(
            "unquantified",
            "how large the change was",
            (
                f"You said that {said}: by how much, roughly?",
                "How large was that difference, in figures?",
                "What numbers would show that?",
            ),
            span,
        )
    return None


_SUBJECT = re.compile(r"^(it|this|that|they|we|I|he|she|the|our|my|their|his|her|these|those)\b", re.IGNORECASE)


def _clause_around(text: str, sentence: Span, claim: int) -> Span | None:
    """The clause of a sentence that holds the claim, if it is short and has a subject."""
    cuts = [m.end() for m in re.finditer(r"[,;:]\s*|\b(?:and|so|but|because|which|that)\s+", sentence.text)]
    start = max((c for c in cuts if c <= claim), default=0)
    end = re.search(r"[,;:.!?]|\s(?:and|so|but|because|which)\s", sentence.text[claim:])
    stop = claim + end.start() if end else len(sentence.text)
    clause = sentence.text[start:stop].strip()
    if not _SUBJECT.match(clause) or not 3 <= len(clause.split()) <= 12:
        return None
    begin = sentence.start + sentence.text.index(clause, start)
    return Span(text[begin : begin + len(clause)], begin, begin + len(clause))


def _ownership(text: str, done: list[Deed]) -> FollowUp | None:
    ours = len(re.findall(r"\b(we|our|us)\b", text, re.IGNORECASE))
    mine = len(re.findall(r"\b(I|my|me)\b", text))
    if ours < 3 or mine * 2 > ours:
        return None
    deed = next((d for d in done if not d.alone), None)
    texts: tuple[str, ...] = (
        "Which part of that did you do yourself?",
        "What would have been missing if you had not been on the team?",
    )
    if deed:
        texts = (f"You spoke of the team: when {deed.you_did}, which part was your own work?", *texts)
    return FollowUp("ownership", "which part was their own work", texts, deed.said if deed else None)


def _claim(analysis: Analysis) -> FollowUp | None:
    """Something said that the resume does not bear out, to be defended calmly; the words are a template's."""
    found = worth_asking(analysis.answer.text, analysis.context.sources)
    if found is None or found.ask is None:
        return None
    return FollowUp("claim", "how they would defend it", (found.ask,), found.span)


def _pushback(done: list[Deed]) -> FollowUp:
    deed = max(done, key=lambda d: len(d.you_did)) if done else None
    texts: tuple[str, ...] = (
        "What would you say to a colleague who thinks that was the wrong decision?",
        "What would you do differently if you faced the same thing tomorrow?",
        "What is the weakest point of the way you did it?",
    )
    if deed:
        texts = (f"What was the strongest argument against it when {deed.you_did}?", *texts)
    return FollowUp("pushback", "how they defend the decision", texts, deed.said if deed else None)
