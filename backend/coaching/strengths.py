"""Strengths: what is good in an answer, each said with the place it rests on; none rather than empty praise."""

from __future__ import annotations

import re

from backend.coaching.answer import Span
from backend.coaching.facts import Facts
from backend.coaching.feedback import Point
from backend.coaching.points import (
    Found,
    Material,
    clip,
    lower,
    piece_of,
    piece_with,
    rare_stems,
    say,
    short,
)
from backend.coaching.star_cues import cue_score, own_actions
from backend.coaching.wording import joined, quoted


def find_strengths(m: Material) -> list[Found]:
    """True good things about the answer, best first, at most three; none rather than empty praise."""
    f, found = m.facts, []
    if f.stuffing:
        return []
    if m.coverage is not None:
        for place in list(dict.fromkeys(m.coverage.places[p] for p in m.coverage.covered))[:2]:
            points = [lower(p) for p in m.coverage.covered if m.coverage.places[p] == place][:2]
            noun = "a key point" if len(points) == 1 else "two key points"
            found.append(say(m, "key_point", f"“{short(m, place)}” covers {noun}: {'; '.join(points)}.", place))
    if f.result is not None and f.kind in {"story", "example"}:
        if f.result_numbers:
            found.append(say(m, "figure", f"The result comes with a figure: “{_with_number(m, f)}”.", f.result))
        elif f.star is None or f.star.result.strength >= 0.35:
            found.append(say(m, "result", f"It says what came of it: “{short(m, f.result)}”.", f.result))
    acted = _action_span(m)
    if f.own >= 2 and acted is not None and f.kind in {"story", "example"}:
        verbs = _verbs(m)
        steps = (
            f"{joined(quoted('I ' + v) for v in verbs[:3])} are" if len(verbs) >= 2 else f"“{short(m, acted, 10)}” is"
        )
        tail = "steps of your own, so a listener knows what you did." if len(verbs) >= 2 else "a step of your own."
        found.append(say(m, "action", f"{steps} {tail}", acted))
    job = _job_link(m)
    if job is not None:
        found.append(job)
    rest = [d for d in f.details if f.result is None or not f.result.start <= d.start < f.result.end]
    if len(rest) >= 2:
        shown = joined(quoted(d.text) for d in rest[:3])
        found.append(say(m, "details", f"Details such as {shown} make it concrete.", piece_of(f, rest[0])))
    if not found and f.kind in {"opinion", "pseudo_story", "technical_explanation", "motivation"} and f.reasons:
        span = piece_with(f, ("because", "so that", "since", "in order to"))
        if span is not None:
            found.append(say(m, "reason", f"It gives a reason: “{short(m, _from_reason(span))}”.", span))
    if not found and f.details:
        span = piece_of(f, f.details[0])
        found.append(say(m, "details", f"“{short(m, span)}” is something to build on: it is concrete.", span))
    return found[:3]


def _job_link(m: Material) -> Found | None:
    """The answer speaks to a requirement: it shares its rare words, and something was done."""
    if m.facts.own + m.facts.shared == 0:
        return None
    best: tuple[int, Span, int] | None = None
    told = [(piece, rare_stems(piece.text)) for piece in m.facts.pieces]
    for i, requirement in enumerate(m.context.requirements):
        wanted = rare_stems(requirement.text)
        for piece, said in told:
            rare = said & wanted
            if (len(rare) >= 3 or len(rare) >= max(2, 0.4 * len(wanted))) and (best is None or len(rare) > best[0]):
                best = (len(rare), piece, i)
    if best is None:
        return None
    _, piece, i = best
    requirement = m.context.requirements[i]
    point = Point(
        text=f"“{short(m, piece)}” speaks to what the job asks for: “{clip(requirement.text)}”.",
        citations=[m.citer.answer(piece), m.citer.requirement(requirement)],
    )
    return Found("job", point, piece)


def _with_number(m: Material, f: Facts) -> str:
    """The clause of the result that holds its first figure."""
    assert f.result is not None
    number = f.result_numbers[0]
    text = m.answer.text
    start, end = f.result.start, f.result.end
    for joint in re.finditer(r"(?:, |; | and | so | which | but )", text[start:end]):
        at = start + joint.end()
        if at <= number.start:
            start = at
    return short(m, Span(text[start:end], start, end))


def _from_reason(span: Span) -> Span:
    at = min(
        (i for ph in ("because", "so that", "since", "in order to") if (i := span.text.lower().find(ph)) >= 0),
        default=0,
    )
    return Span(span.text[at:], span.start + at, span.end)


def _action_span(m: Material) -> Span | None:
    rated = [
        (cue_score("action", p.text), -i, p)
        for i, p in enumerate(m.facts.pieces)
        if any(s == "i" for s, _ in own_actions(p.text))
    ]
    return max(rated, key=lambda r: r[:2])[2] if rated else None


def _verbs(m: Material) -> list[str]:
    low = f" {m.answer.text.lower()} "
    told = [v for v in dict.fromkeys(v for s, v in own_actions(m.answer.text) if s == "i") if f"i {v}" in low]
    return [v for v in told if v not in {"made", "took", "did", "got", "went", "came", "started", "began", "tried"}]
