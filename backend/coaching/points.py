"""Points: what is good in an answer and what to change first, each said with the place it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from backend.coaching.analysis import Context
from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer, closest_requirement
from backend.coaching.facts import Facts
from backend.coaching.feedback import Delivery, Dimension, Point, Score
from backend.coaching.key_points import Coverage
from backend.coaching.rubric import FILLERS_FINE, PACE_BAND
from backend.coaching.star_cues import cue_score, own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, snippet
from backend.coaching.wording import count, joined, quoted, times

PointKind = Literal[
    "general", "result", "figure", "ours", "action", "task", "scene", "vague", "long", "repeated", "hedged", "fillers",
    "pace", "key_point", "trade_off", "reason", "example", "job", "short", "motive", "details", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One point with what it is about, so that the reaction and the drill can take it up."""

    kind: PointKind
    point: Point
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What points are made from."""

    answer: Answer
    context: Context
    facts: Facts
    delivery: Delivery
    scores: dict[Dimension, Score]
    coverage: Coverage | None
    citer: Citer


def find_strengths(m: Material) -> list[Found]:
    """True good things about the answer, best first, at most three; none rather than empty praise."""
    f, found = m.facts, []
    if f.stuffing:
        return []
    if m.coverage is not None:
        for point in m.coverage.covered[:2]:
            place = m.coverage.places[point]
            found.append(_say(m, "key_point", f"“{_short(m, place)}” covers a key point: {_lower(point)}.", place))
    if f.result is not None and f.kind in {"story", "example"}:
        if f.result_numbers:
            found.append(_say(m, "figure", f"The result comes with a figure: “{_with_number(m, f)}”.", f.result))
        elif f.star is None or f.star.result.strength >= 0.35:
            found.append(_say(m, "result", f"It says what came of it: “{_short(m, f.result)}”.", f.result))
    acted = _action_span(m)
    if f.own >= 2 and acted is not None and f.kind in {"story", "example"}:
        verbs = _verbs(m)
        steps = (
            f"{joined(quoted('I ' + v) for v in verbs[:3])} are" if len(verbs) >= 2 else f"“{_short(m, acted, 10)}” is"
        )
        tail = "steps of your own, so a listener knows what you did." if len(verbs) >= 2 else "a step of your own."
        found.append(_say(m, "action", f"{steps} {tail}", acted))
    job = _job_link(m)
    if job is not None:
        found.append(job)
    rest = [d for d in f.details if f.result is None or not f.result.start <= d.start < f.result.end]
    if len(rest) >= 2:
        shown = joined(quoted(d.text) for d in rest[:3])
        found.append(_say(m, "details", f"Details such as {shown} make it concrete.", _piece_of(f, rest[0])))
    if not found and f.kind in {"opinion", "pseudo_story", "technical_explanation", "motivation"} and f.reasons:
        span = _piece_with(f, ("because", "so that", "since", "in order to"))
        if span is not None:
            found.append(_say(m, "reason", f"It gives a reason: “{_short(m, _from_reason(span))}”.", span))
    if not found and f.details:
        span = _piece_of(f, f.details[0])
        found.append(_say(m, "details", f"“{_short(m, span)}” is something to build on: it is concrete.", span))
    return found[:3]


def find_gaps(m: Material) -> list[Found]:
    """What to change, most important first, at most three."""
    found = [*_content_gaps(m), *_form_gaps(m)]
    found.sort(key=lambda g: g.kind == "task")  # rarely told even in good stories: last in line
    kept: list[Found] = []
    for gap in found:
        if any(gap.kind == k.kind and gap.kind != "key_point" for k in kept):
            continue
        if gap.kind in {"vague", "short", "hedged"} and any(k.span == gap.span for k in kept):
            continue
        kept.append(gap)
    return kept[:3]


def _content_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    first = f.pieces[0]
    if f.stuffing:
        return [
            _say(
                m,
                "other",
                "This is a list of terms. Say in a full sentence what you did with one of them, and what it gave.",
                first,
            )
        ]
    if m.coverage is not None:
        for point in m.coverage.missed[:2]:
            found.append(_missed_point(m, point))
    if f.asks_for_a_time and f.kind not in {"story", "example"}:
        found.append(
            _say(
                m,
                "general",
                f"The question asks for one particular time; “{_short(m, first)}” tells what is usually done. Pick one day and say what happened.",
                first,
            )
        )
    elif f.asks_for_a_time and f.kind == "example":
        found.append(
            _say(
                m,
                "general",
                f"“{_short(m, _episode(f))}” is the start of an example. Stay with it and tell it step by step.",
                _episode(f),
            )
        )
    if f.kind in {"story", "example"}:
        found.extend(_story_gaps(m))
    if f.kind == "technical_explanation":
        if not f.trade_offs:
            found.append(
                _say(
                    m,
                    "trade_off",
                    "No alternative is weighed. Name one other way and why it would not be your choice here.",
                    first,
                )
            )
        if not f.examples and not f.own:
            found.append(
                _say(
                    m,
                    "example",
                    "It explains without a case. Add one place where you used this and what it gave.",
                    f.pieces[-1],
                )
            )
    if f.kind in {"opinion", "self_description"} and not f.asks_for_a_time:
        if not f.examples and not f.own:
            found.append(
                _say(
                    m,
                    "example",
                    f"“{_short(m, first)}” is a claim. One time you did it, told in two sentences, would prove it.",
                    first,
                )
            )
        if not f.reasons:
            found.append(
                _say(m, "reason", f"It does not say why. Follow “{_short(m, first, 8)}” with a because.", first)
            )
    if f.kind in {"introduction", "motivation"}:
        found.extend(_motive_gaps(m))
    return found


def _story_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    last = _last_step(m)
    if f.result is None:
        found.append(
            _say(
                m,
                "result",
                f"The answer stops after “{_short(m, last)}”. Say what came of it: a figure, or what somebody said or did.",
                last,
            )
        )
    if f.shared > 2 * f.own and f.shared:
        ours = _piece_with(f, ("we ",)) or last
        found.append(_say(m, "ours", f"“{_short(m, ours)}” is what the team did. Say which part was yours.", ours))
    elif f.own + f.shared == 0 or (f.star is not None and "action" in f.star.missing):
        found.append(
            _say(
                m,
                "action",
                f"After “{_short(m, f.pieces[0])}” your own steps are hard to find. Say what you did first, and what next.",
                f.pieces[0],
            )
        )
    if f.result is not None and not f.result_numbers:
        found.append(
            _say(
                m,
                "figure",
                f"“{_short(m, f.result)}” is a result without a figure. How many, how long, or what did somebody say?",
                f.result,
            )
        )
    if f.star is not None and f.star.situation.share > 0.5 and f.word_count >= 60:
        found.append(
            _say(
                m,
                "scene",
                f"The situation takes {f.star.situation.share:.0%} of the words. Two sentences set the scene; the rest belongs to what you did.",
                f.pieces[0],
            )
        )
    if f.star is not None and "task" in f.star.missing and f.word_count >= 40:
        found.append(
            _say(
                m,
                "task",
                f"What was yours to do is left open. After “{_short(m, f.pieces[0], 8)}” say in one sentence what you had to achieve.",
                f.pieces[0],
            )
        )
    return found


def _motive_gaps(m: Material) -> list[Found]:
    f = m.facts
    found: list[Found] = []
    if not f.numbers and not f.own:
        found.append(
            _say(
                m,
                "example",
                "Nothing done so far is named. One piece of work with a figure would make this yours.",
                f.pieces[-1],
            )
        )
    wanted = closest_requirement(m.context.requirements, m.answer.question, m.context.competency or "", m.answer.text)
    wanted = wanted or next(iter(m.context.requirements), None)
    if wanted is not None and not _mentions(m.answer.text, wanted.text):
        point = Point(
            text=f"The job asks for “{_clip(wanted.text)}”. Say how you meet it, or why you want to.",
            citations=[m.citer.requirement(wanted), m.citer.answer(f.pieces[-1])],
        )
        found.append(Found("job", point, f.pieces[-1]))
    elif wanted is None and f.reasons == 0:
        found.append(
            _say(
                m,
                "motive",
                f"It says who, and not why. After “{_short(m, f.pieces[-1], 8)}” say what draws you to this work.",
                f.pieces[-1],
            )
        )
    return found


def _form_gaps(m: Material) -> list[Found]:
    f, d = m.facts, m.delivery
    found: list[Found] = []
    first = f.pieces[0]
    vague = [v for v in f.vague if v.text.lower() in _WEAK]
    if len(f.details) <= 1 and vague:
        place = _piece_of(f, vague[0])
        found.append(
            _say(
                m,
                "vague",
                f"“{_short(m, place)}” leaves the listener guessing. Name the thing: what, how many, for whom.",
                place,
            )
        )
    elif len(f.details) == 0 and f.word_count >= 25:
        found.append(
            _say(
                m,
                "vague",
                f"There is no number, name or time to hold on to. Start with “{_short(m, first, 8)}” and add one.",
                first,
            )
        )
    if f.word_count > 300:
        found.append(
            _say(
                m,
                "long",
                f"{f.word_count} words run past the usual two minutes. What would you keep if you had one?",
                first,
            )
        )
    elif f.word_count < 40:
        found.append(
            _say(
                m,
                "short",
                f"At {f.word_count} words there is room for two more sentences: what you did, and what came of it.",
                f.pieces[-1],
            )
        )
    if f.repeats and f.repeats[0][1] >= 4:
        phrase, n = f.repeats[0]
        place = _piece_with(f, (phrase,)) or first
        found.append(_say(m, "repeated", f"“{phrase}” comes {times(n)}. Once is enough.", place))
    if len(d.hedges) * 100 / max(1, f.word_count) > 3 and len(d.hedges) >= 2:
        words = list(dict.fromkeys(h.word for h in d.hedges))[:2]
        place = _piece_at(f, d.hedges[0].char_start)
        found.append(
            _say(
                m,
                "hedged",
                f"{joined(quoted(w) for w in words)} take the edge off what is said. Leave them out where you are sure.",
                place,
            )
        )
    if d.fillers_per_minute is not None and d.fillers_per_minute > FILLERS_FINE and (d.filler_count or 0) >= 3:
        place = _piece_at(f, d.fillers[0].char_start)
        found.append(
            _say(
                m,
                "fillers",
                f"{count(d.filler_count or 0, 'filler word')} were heard, {d.fillers_per_minute:.0f} a minute. A short silence does the same work.",
                place,
            )
        )
    if d.words_per_minute is not None and not PACE_BAND[0] <= d.words_per_minute <= PACE_BAND[1]:
        way = (
            "fast: leave a breath after each step"
            if d.words_per_minute > PACE_BAND[1]
            else "slow: the facts can come closer together"
        )
        found.append(_say(m, "pace", f"{d.words_per_minute:.0f} words a minute is {way}.", first))
    return found


_WEAK = frozenset(
    {
        "stuff",
        "thing",
        "things",
        "something",
        "somehow",
        "some people",
        "and so on",
        "etc",
        "whatever",
        "various",
        "a lot",
        "lots",
        "everything",
        "everyone",
    }
)


def _missed_point(m: Material, point: str) -> Found:
    cited = next(
        (c for p in m.context.passages if (c := m.citer.passage(p, point)) is not None and _near(p.text, point)), None
    )
    last = m.facts.pieces[-1]
    citations = [m.citer.answer(last)] + ([cited] if cited else [])
    return Found("key_point", Point(text=f"Not found in the answer: {_lower(point)}.", citations=citations), last)


def _near(text: str, point: str) -> bool:
    wanted = {stem(w) for w in content_words(point)}
    return bool(wanted) and len(wanted & {stem(w) for w in content_words(text)}) / len(wanted) >= 0.6


def _job_link(m: Material) -> Found | None:
    """The answer speaks to a requirement: it shares its rare words, and something was done."""
    if m.facts.own + m.facts.shared == 0:
        return None
    best: tuple[int, Span, int] | None = None
    for i, requirement in enumerate(m.context.requirements):
        for piece in m.facts.pieces:
            shared = _shared(piece.text, requirement.text)
            if len(shared) >= 2 and (best is None or len(shared) > best[0]):
                best = (len(shared), piece, i)
    if best is None:
        return None
    _, piece, i = best
    requirement = m.context.requirements[i]
    point = Point(
        text=f"“{_short(m, piece)}” speaks to what the job asks for: “{_clip(requirement.text)}”.",
        citations=[m.citer.answer(piece), m.citer.requirement(requirement)],
    )
    return Found("job", point, piece)


_PLAIN = {
    stem(w)
    for w in [
        "work",
        "working",
        "team",
        "teams",
        "time",
        "experience",
        "good",
        "people",
        "year",
        "years",
        "help",
        "make",
        "need",
        "use",
        "using",
        "new",
        "role",
        "job",
        "well",
        "skill",
        "ability",
        "able",
        "with",
        "user",
        "day",
        "way",
        "month",
        "week",
        "include",
        "provide",
        "support",
    ]
}


def _shared(said: str, wanted: str) -> set[str]:
    return ({stem(w) for w in content_words(said)} & {stem(w) for w in content_words(wanted)}) - _PLAIN


def _mentions(said: str, wanted: str) -> bool:
    return len(_shared(said, wanted)) >= 2


def _say(m: Material, kind: PointKind, text: str, span: Span) -> Found:
    return Found(kind, Point(text=text, citations=[m.citer.answer(span)]), span)


def _short(m: Material, span: Span, limit: int = 14) -> str:
    text = m.answer.text
    return snippet(text, Span(text[span.start : span.end], span.start, span.end), limit).text


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
    return _short(m, Span(text[start:end], start, end))


def _clip(text: str, limit: int = 16) -> str:
    return snippet(text, Span(text, 0, len(text)), limit).text


def _lower(point: str) -> str:
    plain = point.rstrip(".")
    return plain if len(plain) > 1 and plain[1].isupper() else plain[:1].lower() + plain[1:]


def _piece_at(f: Facts, position: int) -> Span:
    return next((p for p in f.pieces if p.start <= position < p.end), f.pieces[0])


def _piece_of(f: Facts, span: Span) -> Span:
    return _piece_at(f, span.start)


def _piece_with(f: Facts, phrases: tuple[str, ...]) -> Span | None:
    return next((p for p in f.pieces if any(ph in f"{p.text.lower()} " for ph in phrases)), None)


def _from_reason(span: Span) -> Span:
    at = min(
        (i for ph in ("because", "so that", "since", "in order to") if (i := span.text.lower().find(ph)) >= 0),
        default=0,
    )
    return Span(span.text[at:], span.start + at, span.end)


def _episode(f: Facts) -> Span:
    return next((p for p in f.pieces if own_actions(p.text, any_verb=True)), f.pieces[0])


def _action_span(m: Material) -> Span | None:
    rated = [
        (cue_score("action", p.text), -i, p)
        for i, p in enumerate(m.facts.pieces)
        if any(s == "i" for s, _ in own_actions(p.text))
    ]
    return max(rated, key=lambda r: r[:2])[2] if rated else None


def _last_step(m: Material) -> Span:
    acting = [p for p in m.facts.pieces if own_actions(p.text)]
    return acting[-1] if acting else m.facts.pieces[-1]


def _verbs(m: Material) -> list[str]:
    low = f" {m.answer.text.lower()} "
    told = [v for v in dict.fromkeys(v for s, v in own_actions(m.answer.text) if s == "i") if f"i {v}" in low]
    return [v for v in told if v not in {"made", "took", "did", "got", "went", "came", "started", "began", "tried"}]
